"""Practice AWS: moto behind a strict IAM gate."""
