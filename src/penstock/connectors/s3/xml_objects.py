"""XML as an object that mappings can reach into."""

from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring


def parse_xml(text: bytes) -> dict[str, Any]:
    """The document as an object: its root element's name, then what is in it.

    An element with only text is that text. One with elements inside is an object; elements of
    the same name are a list; attributes are `@name`, text beside them is `#text`. Namespaces are
    left out. A single element is no list, whatever it would be among others.

    Raises:
        ValueError: it is not well-formed, of no known encoding, or has entities, which S3 never
            sends.
    """
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise ValueError(f"this is not XML: {error}") from None
    return {_local(root.tag): _value(root)}


def _value(element: Element) -> Any:
    found: dict[str, Any] = {f"@{_local(name)}": value for name, value in element.attrib.items()}
    for child in element:
        name, value = _local(child.tag), _value(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    text = element.text or ""
    if not found:
        return text
    if text.strip():
        found["#text"] = text
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]
