"""DescribeVodUserDomains and DescribeVodDomainDetail: one domain, which is online."""

from media_ai_emulators.records import Record
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import UPLOAD_BUCKET
from media_ai_emulators.vod.videos import REGION

DOMAIN = "vod.emulator.example.com"
_SOURCE = {"Content": f"{UPLOAD_BUCKET}.oss-{REGION}.aliyuncs.com", "Port": 80, "Priority": "20", "Type": "oss"}
_FACTS: Record = {
    "DomainName": DOMAIN,
    "Cname": f"{DOMAIN}.w.kunlun.example.com",
    "Description": "",
    "DomainStatus": "online",
    "GmtCreated": "2026-01-01T00:00:00Z",
    "GmtModified": "2026-01-01T00:00:00Z",
}


def user_domains(parameters: Parameters) -> Answer:
    """DescribeVodUserDomains, by a part of the name."""
    size, number = parameters.number("PageSize", 20, highest=50), parameters.number("PageNumber", 1)
    found = [_FACTS] if (parameters.text("DomainName") or "") in DOMAIN else []
    shown = found[(number - 1) * size : number * size]
    page = [{**facts, "SslProtocol": "off", "Sandbox": "normal", "Sources": {"Source": [_SOURCE]}} for facts in shown]
    return {"Domains": {"PageData": page}, "PageNumber": number, "PageSize": size, "TotalCount": len(found)}


def domain_detail(parameters: Parameters) -> Answer:
    """DescribeVodDomainDetail."""
    if parameters.required("DomainName") != DOMAIN:
        raise refusal(404, "InvalidDomain.NotFound", "The domain does not exist.")
    sources = {"Source": [{**_SOURCE, "Enabled": "online", "Weight": "10"}]}
    return {"DomainDetail": {**_FACTS, "Scope": "domestic", "SSLProtocol": "off", "Sources": sources}}
