"""The S3 connector: twelve action cards on Amazon S3's own operations."""

from penstock.catalog.card import Connector

connector = Connector(
    "s3",
    title="AWS S3",
    summary="Read, write, tag, find and delete objects and buckets in Amazon S3.",
    modules=(
        "penstock.connectors.s3.read_object",
        "penstock.connectors.s3.tags",
        "penstock.connectors.s3.delete_object",
        "penstock.connectors.s3.search_objects",
        "penstock.connectors.s3.search_buckets",
        "penstock.connectors.s3.buckets",
        "penstock.connectors.s3.upload_object",
        "penstock.connectors.s3.download_object",
        "penstock.connectors.s3.copy_object",
        "penstock.connectors.s3.custom_api_action",
        "penstock.connectors.s3.probing",
        "penstock.connectors.s3.offering",
    ),
)
