"""What the file of a letter says of itself: in the document information and, the same, in XMP."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Description:
    """The document information of a letter; `dated` is the letter's own day."""

    title: str
    author: str
    subject: str
    keywords: str
    creator: str
    producer: str
    language: str
    dated: date
    identity: str
    """From which /ID is made: the same for the same content only."""

    @property
    def day(self) -> str:
        """The letter's day as 2020-07-22."""
        return f"{self.dated.year:04}-{self.dated.month:02}-{self.dated.day:02}"

    @property
    def moment(self) -> str:
        """The beginning of the letter's day as a PDF has it (ISO 32000-1, 7.9.4)."""
        return f"D:{self.day.replace('-', '')}000000Z"

    @property
    def file_identifier(self) -> bytes:
        """The two halves of /ID, the same since the file was never changed (ISO 32000-1, 14.4)."""
        half = hashlib.md5(self.identity.encode(), usedforsecurity=False).hexdigest()
        return f"[<{half}><{half}>]".encode()


def xmp(description: Description) -> bytes:
    """The description as XMP, with the claims to both standards (ISO 19005-3, 6.6.4)."""
    said = {name: html.escape(getattr(description, name), quote=False) for name in _SAID}
    return _XMP.format(moment=f"{description.day}T00:00:00Z", **said).encode()


_SAID = ("title", "author", "subject", "keywords", "creator", "producer", "language")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{keywords}</pdf:Keywords>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file meets</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
