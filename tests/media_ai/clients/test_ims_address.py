"""One spelling for each address that IMS registers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_ai.clients.ims_address import canonical_address
from media_ai.errors import InputError
from media_ai_emulators.ice.addresses import parse

REGION = "cn-shanghai"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("oss://media-ai/in/a.mp4", "oss://media-ai/in/a.mp4"),
        ("OSS://media-ai/in/A.mp4", "oss://media-ai/in/A.mp4"),
        ("oss://media-ai/视频 1+2&x=y.mp4", "oss://media-ai/视频 1+2&x=y.mp4"),
        ("oss://media-ai/100%.mp4", "oss://media-ai/100%25.mp4"),
        ("oss://media-ai/a%20b.mp4", "oss://media-ai/a%2520b.mp4"),
        ("oss://media-ai/what?#1.mp4", "oss://media-ai/what%3F%231.mp4"),
        ("https://media-ai.oss-cn-shanghai.aliyuncs.com/in/a.mp4", "oss://media-ai/in/a.mp4"),
        ("http://media-ai.oss-cn-shanghai.aliyuncs.com/in/a.mp4", "oss://media-ai/in/a.mp4"),
        ("https://media-ai.oss-cn-shanghai-internal.aliyuncs.com/in/a.mp4", "oss://media-ai/in/a.mp4"),
        ("https://MEDIA-AI.OSS-cn-shanghai.aliyuncs.com/in/a.mp4", "oss://media-ai/in/a.mp4"),
        ("https://media-ai.oss-cn-shanghai.aliyuncs.com/%E8%A7%86%201.mp4", "oss://media-ai/视 1.mp4"),
        ("https://media-ai.oss-cn-shanghai.aliyuncs.com/视 1.mp4", "oss://media-ai/视 1.mp4"),
        ("https://media-ai.oss-cn-shanghai.aliyuncs.com/a%2520b.mp4", "oss://media-ai/a%2520b.mp4"),
        (
            "https://media-ai.oss-cn-shanghai.aliyuncs.com/a.mp4?x-oss-signature=abc&x-oss-expires=60",
            "oss://media-ai/a.mp4",
        ),
        (
            "https://media-ai.oss-cn-beijing.aliyuncs.com/%E8%A7%86 1~(2).mp4",
            "https://media-ai.oss-cn-beijing.aliyuncs.com/%E8%A7%86%201~%282%29.mp4",
        ),
        ("vod://20b48fb04483915d4f2cd8ac1234abcd", "vod://20b48fb04483915d4f2cd8ac1234abcd"),
        ("VOD://20b48fb04483915d4f2cd8ac1234abcd", "vod://20b48fb04483915d4f2cd8ac1234abcd"),
    ],
)
def test_every_spelling_becomes_one(address: str, canonical: str) -> None:
    """Percent signs, internal endpoints, signatures and letters of the host make no second asset."""
    assert canonical_address(address, ims_region=REGION) == canonical
    assert canonical_address(canonical, ims_region=REGION) in {
        canonical,
        canonical.replace("%25", "%2525").replace("%3F", "%253F").replace("%23", "%2523"),
    }


def test_a_bucket_elsewhere_is_named_with_its_region() -> None:
    """oss:// means the region of IMS, so that a bucket of another one gets the long form."""
    found = canonical_address("oss://media-ai/a b.mp4", ims_region=REGION, oss_region="cn-beijing")
    assert found == "https://media-ai.oss-cn-beijing.aliyuncs.com/a%20b.mp4"
    assert canonical_address(found, ims_region=REGION) == found
    assert canonical_address(found, ims_region="cn-beijing") == "oss://media-ai/a b.mp4"


@pytest.mark.parametrize(
    "address",
    [
        "/home/user/a.mp4",
        "file:///home/user/a.mp4",
        "https://example.com/a.mp4",
        "https://media-ai.oss-accelerate.aliyuncs.com/a.mp4",
        "https://oss-cn-shanghai.aliyuncs.com/media-ai/a.mp4",
        "https://media-ai.oss-cn-shanghai.aliyuncs.com.evil.com/a.mp4",
        "https://media-ai.oss-cn-shanghai.aliyuncs.com/",
        "https://media-ai.oss-cn-shanghai.aliyuncs.com",
        "https://media-ai.oss-cn-shanghai.aliyuncs.com/%ff.mp4",
        "https://[::1/a.mp4",
        "ftp://media-ai.oss-cn-shanghai.aliyuncs.com/a.mp4",
        "oss://media-ai",
        "oss://media-ai/",
        "oss://media-ai/folder/",
        "oss://Media_AI/a.mp4",
        "oss://media-ai//a.mp4",
        "oss://media-ai/" + "视" * 342,
        "oss://media-ai/\ud83d.mp4",
        "vod://",
        "vod://a/b",
        "",
        "视频",
    ],
)
def test_what_ims_cannot_read_is_refused(address: str) -> None:
    """With what to do instead, and without what signs an address."""
    with pytest.raises(InputError) as caught:
        canonical_address(address, ims_region=REGION)
    caught.value.message.encode()


def test_a_refusal_shows_no_signature() -> None:
    """The query of an address is not repeated."""
    with pytest.raises(InputError, match="IMS registers videos that are in OSS or VOD") as caught:
        canonical_address("https://cdn.example.com/a.mp4?auth_key=sentinel", ims_region=REGION)
    assert "sentinel" not in caught.value.message


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda key: not key.startswith(("/", "\\")) and not key.endswith("/") and "\0" not in key
)


@given(KEYS, st.sampled_from(["cn-shanghai", "cn-beijing"]))
def test_any_key_is_the_same_object_for_ims(key: str, region: str) -> None:
    """What the service reads from the address is the key that was given."""
    found = parse(canonical_address(f"oss://media-ai/{key}", ims_region=REGION, oss_region=region))
    assert found is not None
    assert (found.bucket, found.key) == ("media-ai", key)
