"""IAM: policy documents, evaluation, S3 operations and their actions, policy generation. Pure."""
