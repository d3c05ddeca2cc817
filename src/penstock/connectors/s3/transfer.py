"""Objects of any size up, down and across, with flat memory and checksums end to end.

botocore clients carry every byte. Nothing here knows a card's models: parameters are those of
PutObject, GetObject and CopyObject, and answers have their shape.
"""

from penstock.connectors.s3.transfer_copy import copy
from penstock.connectors.s3.transfer_download import download
from penstock.connectors.s3.transfer_model import Source, TransferOptions, TransferResult
from penstock.connectors.s3.transfer_upload import upload

__all__ = ["Source", "TransferOptions", "TransferResult", "copy", "download", "upload"]
