"""Object Storage Service (OSS): the REST API that oss2 and alibabacloud-oss-v2 speak."""
