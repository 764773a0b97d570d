"""A tagged PDF as a screen reader finds it: its tags, what they hold, and what is wrong with them.

No validator sees a text that no tag holds, a mark that two elements claim, an element that points
at nothing, or tags in another order than the letter's; `complaints` does.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, zip_longest
from typing import Any

import pikepdf

from lgo_letters.edition.text.blocks import Block, Heading, ListBlock, Paragraph, Picture, Table
from lgo_letters.letter.letter import Letter, Panel
from tests.support.pages import key_of
from tests.support.shapes import words_in

_SHOWS_TEXT = {"Tj", "TJ", "'", '"'}
_PAINTS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
_PRINTED = 4  # /F of an annotation that is shown on paper, and not hidden
HEADINGS = ("H1", "H2", "H3", "H4", "H5")
HOLD_TEXT = ("P", *HEADINGS, "Lbl", "Caption", "TH", "TD")

Number = tuple[int, int]
"""Number and generation of an object of the file."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked-content identifier on a page; pages count from 0."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An annotation that an element holds, and the page that it names for it."""

    page: int
    annotation: Number


@dataclass(eq=False)
class Element:
    """A structure element, with its kids in their order."""

    tag: str
    number: Number
    source: Any
    kids: list[Element | Mark | Reference] = field(default_factory=list)

    @property
    def alternative(self) -> str | None:
        """What it shows, in words."""
        return str(self.source.Alt) if "/Alt" in self.source else None

    @property
    def scope(self) -> str | None:
        """What a head of a table is the head of: "Column" or "Row"."""
        attributes: Any = self.source.get("/A", {})
        return str(attributes.Scope)[1:] if attributes.get("/O") == "/Table" else None

    def elements(self) -> Iterator[Element]:
        """It and all elements within, in the order in which they are read."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.elements()

    def held(self) -> list[Mark | Reference]:
        """The marks and annotations that are its own, and not of an element within."""
        return [kid for kid in self.kids if not isinstance(kid, Element)]

    def __str__(self) -> str:
        return f"{self.tag} (object {self.number[0]})"


@dataclass
class MarkedContent:
    """What a page paints between BMC or BDC and EMC."""

    tag: str
    page: int
    mcid: int | None = None
    subtype: str | None = None
    text: str = ""
    paints: bool = False
    """Whether it draws anything but text."""


def opened(content: bytes) -> pikepdf.Pdf:
    """The PDF that a file holds."""
    return pikepdf.open(io.BytesIO(content))


def bytes_of(pdf: TaggedPdf) -> bytes:
    """The PDF as a file, with what was changed in it."""
    content = io.BytesIO()
    pdf.pdf.save(content)
    return content.getvalue()


class _PageReader:
    """Reads a page's marked contents, and how they fail to nest."""

    def __init__(self, pdf: TaggedPdf, index: int) -> None:
        self._pdf, self._index = pdf, index
        self._page: Any = pdf.pdf.pages[index]
        self._open: list[MarkedContent] = []
        self._open_at_text: int | None = None  # how many contents were open at BT
        self._font: Any = None
        self._saved: list[Any] = []

    def read(self) -> None:
        """The page from its first operator to its last."""
        for instruction in pikepdf.parse_content_stream(self._page):
            operator, operands = str(instruction.operator), list(instruction.operands)
            if operator in ("BMC", "BDC", "EMC"):
                self._mark(operator, operands)
            elif operator in _SHOWS_TEXT:
                self._show(operands)
            elif operator in _PAINTS:
                self._paint(operator, operands)
            else:
                self._set_state(operator, operands)
        if self._open or self._open_at_text is not None or self._saved:
            self._fault("the page ends within a marked content, a text or a saved state")

    def _mark(self, operator: str, operands: list[Any]) -> None:
        if operator == "EMC":
            if not self._open or len(self._open) == self._open_at_text:
                self._fault("EMC closes nothing, or what was opened before BT")
            else:
                self._open.pop()
            return
        if self._open:
            self._fault(f"{operands[0]} stands within /{self._open[-1].tag}")
        content = MarkedContent(str(operands[0])[1:], self._index)
        properties: Any = operands[1] if operator == "BDC" else {}
        if isinstance(properties, pikepdf.Name):
            properties = self._page.Resources.Properties[properties]
        if "/Subtype" in properties:
            content.subtype = str(properties["/Subtype"])[1:]
        if "/MCID" in properties:
            mark = Mark(self._index, int(properties["/MCID"]))
            if mark in self._pdf.marked:
                self._fault(f"MCID {mark.mcid} marks two contents")
            self._pdf.marked[mark] = content
        elif content.tag != "Artifact":
            self._fault(f"/{content.tag} is marked without an MCID")
        self._open.append(content)
        self._pdf.contents.append(content)

    def _show(self, operands: list[Any]) -> None:
        words = self._decoded(operands)
        if self._open:
            self._open[-1].text += words
        else:
            self._fault(f'the text "{words}" is neither tagged nor an artifact')

    def _paint(self, operator: str, operands: list[Any]) -> None:
        if self._open:
            self._open[-1].paints = True
        else:
            self._fault(f"{operator} paints neither a tag nor an artifact")
        # A form has contents of its own, which are not read here; a letter has none.
        if operator == "Do" and self._page.Resources.XObject[operands[0]].Subtype != "/Image":
            self._fault(f"{operands[0]} is not an image")

    def _set_state(self, operator: str, operands: list[Any]) -> None:
        match operator:
            case "BT":
                self._open_at_text = len(self._open)
            case "ET":
                if self._open_at_text != len(self._open):
                    self._fault("ET stands within what was opened after BT")
                self._open_at_text = None
            case "q":
                self._saved.append(self._font)
            case "Q":
                self._font = self._saved.pop()
            case "Tf":
                self._font = self._page.Resources.Font[operands[0]]

    def _decoded(self, operands: list[Any]) -> str:
        """The text that an operator shows, through the ToUnicode map of the font."""
        strings = operands[-1] if isinstance(operands[-1], pikepdf.Array) else [operands[-1]]
        codes = b"".join(bytes(part) for part in strings if isinstance(part, pikepdf.String))
        characters = self._pdf.characters_of(self._font)
        if unknown := [code for code in codes if code not in characters]:
            self._fault(f"{self._font.BaseFont} does not say what its codes {unknown} mean")
        return "".join(characters.get(code, "\ufffd") for code in codes)

    def _fault(self, message: str) -> None:
        self._pdf.faults.append(f"page {self._index + 1}: {message}")


class TaggedPdf:
    """A PDF's structure tree, and the marked contents of its pages."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.contents: list[MarkedContent] = []
        self.faults: list[str] = []
        """What is wrong with the pages themselves."""
        self.marked: dict[Mark, MarkedContent] = {}
        self._pages: dict[Any, int] = {page.objgen: index for index, page in enumerate(pdf.pages)}
        self._characters: dict[Number, dict[int, str]] = {}
        for index in range(len(pdf.pages)):
            _PageReader(self, index).read()
        (document,) = pdf.Root.StructTreeRoot.K
        self.root = self._read_element(document)

    def characters_of(self, font: Any) -> dict[int, str]:
        """What the codes of a font stand for."""
        if font.objgen not in self._characters:
            self._characters[font.objgen] = _to_unicode(font.ToUnicode.read_bytes().decode())
        return self._characters[font.objgen]

    # ---- the structure tree

    def _read_element(self, source: Any) -> Element:
        element = Element(str(source.S)[1:], source.objgen, source)
        kids = source.K if isinstance(source.K, pikepdf.Array) else [source.K]
        for kid in kids:
            match str(kid.get("/Type", "/StructElem")):
                case "/StructElem":
                    element.kids.append(self._read_element(kid))
                case "/MCR":
                    element.kids.append(Mark(self._pages[kid.Pg.objgen], int(kid.MCID)))
                case "/OBJR":
                    element.kids.append(Reference(self._pages[kid.Pg.objgen], kid.Obj.objgen))
        return element

    @cached_property
    def elements(self) -> list[Element]:
        """Every element, in the order in which they are read."""
        return list(self.root.elements())

    @cached_property
    def annotations(self) -> dict[Number, tuple[int, Any]]:
        """Every annotation by its number, with the page where it stands."""
        return {
            annotation.objgen: (index, annotation)
            for index, page in enumerate(self.pdf.pages)
            for annotation in page.obj.get("/Annots", [])
        }

    @cached_property
    def parents(self) -> dict[int, Any]:
        """The parent tree: what it holds by its keys."""
        numbers: list[Any] = list(self.pdf.Root.StructTreeRoot.ParentTree.Nums)
        return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))

    def text_of(self, element: Element) -> str:
        """The text of an element and those within, in the order in which they are read."""
        parts = []
        for kid in element.kids:
            if isinstance(kid, Element):
                parts.append(self.text_of(kid))
            elif isinstance(kid, Mark) and kid in self.marked:
                parts.append(self.marked[kid].text)
        return "".join(parts)

    def words(self, tags: Sequence[str] = HOLD_TEXT) -> list[str]:
        """The words of the elements of these tags, in the order in which they are read."""
        return folded(" ".join(self.text_of(element) for element in self.tagged(*tags))).split()

    def tagged(self, *tags: str) -> list[Element]:
        """The elements of these tags, in the order in which they are read."""
        return [element for element in self.elements if element.tag in tags]

    def outline(self) -> list[str]:
        """Every element on a line of its own, with its text, the deeper the further right."""
        return list(self._outline(self.root, 0))

    def _outline(self, element: Element, depth: int) -> Iterator[str]:
        says: str | None = None
        if element.tag in (*HOLD_TEXT, "Link"):
            says = folded(self.text_of(element))
        elif element.tag == "Figure":
            says = element.alternative
        scope = f" ({element.scope})" if element.scope else ""
        yield _line(depth, f"{element.tag}{scope}", says)
        for kid in element.kids:
            if isinstance(kid, Element):
                yield from self._outline(kid, depth + 1)


def _to_unicode(cmap: str) -> dict[int, str]:
    """What each code of a ToUnicode map stands for."""
    pairs = "".join(re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL))
    return {
        int(code, 16): bytes.fromhex(meaning).decode("utf-16-be")
        for code, meaning in re.findall(r"<(\w+)>\s*<(\w+)>", pairs)
    }


def folded(words: str) -> str:
    """The words with one space between them."""
    return " ".join(words.split())


def _line(depth: int, tag: str, says: str | None) -> str:
    return f"{'  ' * depth}{tag}" + ("" if says is None else f": {says}")


# ---- what the letter should be


def outline_of(letter: Letter) -> list[str]:
    """The tags that a letter should have, as `TaggedPdf.outline` gives them."""
    return ["Document", *(f"  {line}" for line in _outline_of(letter))]


def _outline_of(letter: Letter) -> Iterator[str]:
    if isinstance(letter.masthead, Picture):
        yield f"Figure: {letter.masthead.alternative}"
    else:
        yield from (f"P: {folded(line)}" for line in letter.masthead)
    lines = letter.date, letter.delivery, *letter.address
    yield from (f"P: {folded(line)}" for line in lines)
    yield from _outline_of_blocks(() if letter.reissued is None else (letter.reissued,))
    yield f"P: {folded(letter.salutation)}"
    yield f"H1: {folded(letter.heading)}"
    yield from _outline_of_blocks(letter.body)
    yield f"P: {letter.closing}"
    yield f"Figure: {letter.signature.picture.alternative}"
    yield from (f"P: {line}" for line in (letter.signature.name, *letter.signature.office))
    if letter.panels_heading is not None:
        yield f"H2: {folded(letter.panels_heading)}"
    for panel in letter.panels:
        yield "Sect"
        level = 2 if letter.panels_heading is None else 3
        yield from (f"  {line}" for line in _outline_of_panel(panel, level))


def _outline_of_panel(panel: Panel, level: int) -> Iterator[str]:
    yield f"H{level}: {panel.heading}"
    if panel.chart is not None:
        yield f"Figure: {panel.chart.alternative}"
    if key := key_of(panel):
        yield f"  Caption: {key}"
    for paragraph in (
        panel.sentence, panel.comparison, panel.counted, panel.small_print, panel.caution
    ):  # fmt: skip
        if paragraph is not None:
            yield from _outline_of_paragraph(paragraph)
    yield from _outline_of_blocks(panel.note, below=level)


def _outline_of_blocks(content: Sequence[Block], below: int | None = None) -> Iterator[str]:
    """The blocks; headings `below` the level of a panel's are all of the next."""
    for block in content:
        match block:
            case Heading():
                level = block.level if below is None else below + 1
                yield f"H{level}: {folded(block.text)}"
            case Paragraph():
                yield from _outline_of_paragraph(block)
            case ListBlock():
                yield "L"
                for item in block.items:
                    yield from ("  LI", f"    Lbl: {item.label}", "    LBody")
                    for paragraph in item.paragraphs:
                        yield from (f"      {line}" for line in _outline_of_paragraph(paragraph))
            case Table():
                yield "Table"
                if block.caption:
                    yield f"  Caption: {folded(block.caption)}"
                yield "  TR"
                yield from (f"    TH (Column): {folded(head)}" for head in block.headings)
                for head, *cells in block.rows:
                    yield from ("  TR", f"    TH (Row): {folded(head)}")
                    yield from (f"    TD: {folded(cell)}" for cell in cells)


def _outline_of_paragraph(paragraph: Paragraph) -> Iterator[str]:
    """The paragraph and its links; what leads to one address without a break is one link."""
    yield f"P: {folded(paragraph.text)}"
    for link, runs in groupby(paragraph.runs, lambda run: run.link):
        if link is not None:
            yield f"  Link: {folded(''.join(run.text for run in runs))}"


# ---- what is wrong


def complaints(pdf: TaggedPdf, letter: Letter) -> list[str]:
    """All that is wrong with the tags of a letter."""
    found = [*mark_complaints(pdf), *annotation_complaints(pdf), *tree_complaints(pdf)]
    return [*found, *word_complaints(pdf, letter), *artifact_complaints(pdf, letter)]


def mark_complaints(pdf: TaggedPdf) -> list[str]:
    """Marks that are not exactly one element's, or that lead back to another."""
    claims: dict[Mark, list[Element]] = defaultdict(list)
    for element in pdf.elements:
        for kid in element.held():
            if isinstance(kid, Mark):
                claims[kid].append(element)
    found = list(pdf.faults)
    for mark, claimants in claims.items():
        where = f"page {mark.page + 1}, MCID {mark.mcid}"
        if mark not in pdf.marked:
            found.append(f"{where}: {claimants[0]} points at nothing")
        elif pdf.marked[mark].tag != claimants[0].tag:
            found.append(f"{where}: marked /{pdf.marked[mark].tag}, though of {claimants[0]}")
        if len(claimants) > 1:
            found.append(f"{where}: claimed by {' and '.join(map(str, claimants))}")
    found += [
        f"page {mark.page + 1}, MCID {mark.mcid}: claimed by no element"
        for mark in pdf.marked
        if mark not in claims
    ]
    for index in range(len(pdf.pdf.pages)):
        marks = {mark.mcid: claims[mark] for mark in claims if mark.page == index}
        found += [
            f"page {index + 1}{complaint}" for complaint in _way_back_complaints(pdf, index, marks)
        ]
    return found


def _way_back_complaints(
    pdf: TaggedPdf, index: int, marks: dict[int, list[Element]]
) -> Iterator[str]:
    """Marks of a page for which the ParentTree names another element than the one with them."""
    key = pdf.pdf.pages[index].obj.get("/StructParents")
    parents = pdf.parents.get(key) if isinstance(key, int) else None
    if parents is None:
        yield ": no StructParents that the ParentTree knows"
        return
    if len(parents) != len(marks):
        yield f": {len(parents)} parents of {len(marks)} marks"
    for mcid, parent in enumerate(parents):
        if [element.number for element in marks.get(mcid, [])] != [parent.objgen]:
            yield f", MCID {mcid}: leads back to another element"


def annotation_complaints(pdf: TaggedPdf) -> list[str]:
    """Links and their annotations that do not hold each other."""
    holders: dict[Number, list[Element]] = defaultdict(list)
    found = []
    for element in pdf.elements:
        references = [kid for kid in element.held() if isinstance(kid, Reference)]
        for reference in references:
            holders[reference.annotation].append(element)
        found += [
            f"{element}: {complaint}" for complaint in _holder_complaints(pdf, element, references)
        ]
    for number, (index, annotation) in pdf.annotations.items():
        complaints_of_it = _held_complaints(pdf, annotation, holders[number])
        found += [f"page {index + 1}, annotation {number[0]}: {said}" for said in complaints_of_it]
    return [*found, *_key_complaints(pdf)]


def _holder_complaints(
    pdf: TaggedPdf, element: Element, references: list[Reference]
) -> Iterator[str]:
    if element.tag != "Link":
        if references:
            yield "has an annotation and is not a Link"
        return
    if not references:
        yield "has no annotation"
    if {kid.page for kid in element.held() if isinstance(kid, Mark)} != {
        reference.page for reference in references
    }:
        yield "its annotations stand on other pages than its words"
    for reference in references:
        if pdf.annotations.get(reference.annotation, (None,))[0] != reference.page:
            yield f"its annotation is not on page {reference.page + 1}"


def _held_complaints(pdf: TaggedPdf, annotation: Any, holders: list[Element]) -> Iterator[str]:
    if len(holders) != 1:
        yield f"held by {len(holders)} elements"
        return
    parent = pdf.parents.get(annotation.get("/StructParent", -1))
    if parent is None or parent.objgen != holders[0].number:
        yield f"leads back to another element than {holders[0]}"
    says, words = folded(str(annotation.get("/Contents", ""))), folded(pdf.text_of(holders[0]))
    if says != words:
        yield f'says "{says}", its link "{words}"'
    if annotation.get("/F") != _PRINTED:
        yield "is not printed, or hidden"


def _key_complaints(pdf: TaggedPdf) -> Iterator[str]:
    """What is wrong with the keys of the ParentTree."""
    keys: list[Any] = [page.obj.get("/StructParents") for page in pdf.pdf.pages]
    keys += [annotation.get("/StructParent") for _, annotation in pdf.annotations.values()]
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"key {key}: used {times} times"
    yield from (f"key {key}: of nothing" for key in pdf.parents if key not in keys)
    if list(pdf.parents) != sorted(pdf.parents):
        yield "the ParentTree is not in the order of its keys"
    root: Any = pdf.pdf.Root.StructTreeRoot
    if max(pdf.parents, default=0) >= root.ParentTreeNextKey:
        yield "ParentTreeNextKey is a key in use"


def tree_complaints(pdf: TaggedPdf) -> list[str]:
    """Elements in a wrong place, of unknown parents or without content."""
    found = []
    numbers = Counter(element.number for element in pdf.elements)
    found += [f"object {number[0]}: is in two places" for number in numbers if numbers[number] > 1]
    if pdf.root.source.P.objgen != pdf.pdf.Root.StructTreeRoot.objgen:
        found.append(f"{pdf.root}: its parent is not the root")
    for element in pdf.elements:
        if not element.kids and element.tag not in ("TH", "TD"):
            found.append(f"{element}: is empty")
        for kid in element.kids:
            if isinstance(kid, Element):
                if kid.source.P.objgen != element.number:
                    found.append(f"{kid}: names another parent than {element}")
                if not _FITS[kid.tag](element.tag):
                    found.append(f"{kid}: stands in {element}")
    return found


def _within(*tags: str) -> Callable[[str], bool]:
    return lambda tag: tag in tags


_PARTS = "Document", "Part", "Sect"  # Part: a letter among others

_FITS = {
    "P": _within(*_PARTS, "LBody"),
    "H1": _within("Document"),
    "H2": _within(*_PARTS),
    "H3": _within(*_PARTS),
    "H4": _within("Part", "Sect"),
    "H5": _within("Sect"),
    "Caption": _within("Figure", "Table"),
    "L": _within(*_PARTS),
    "LI": _within("L"),
    "Lbl": _within("LI"),
    "LBody": _within("LI"),
    "Table": _within(*_PARTS),
    "TR": _within("Table"),
    "TH": _within("TR"),
    "TD": _within("TR"),
    "Link": _within("P"),
    "Figure": _within(*_PARTS),
    "Sect": _within("Document", "Part"),
    "Part": _within("Document"),
}


def word_complaints(pdf: TaggedPdf, letter: Letter) -> list[str]:
    """The first word, in the order of the tags, that is not the letter's."""
    expected, read = words_in(letter), pdf.words()
    for index, (should, word) in enumerate(zip_longest(expected, read)):
        if should != word:
            before = " ".join(expected[max(0, index - 5) : index])
            return [f'after "{before}" the tags read "{word}", the letter "{should}"']
    return []


def artifact_complaints(pdf: TaggedPdf, letter: Letter) -> list[str]:
    """Artifacts that a person should read, and footers that are not what they should be.

    The heads of a table may stand as an artifact on the pages that it goes on to.
    """
    found = []
    repeated = {"".join("".join(table.headings).split()) for table in letter.tables()}
    footers: dict[int, list[str]] = {index: [] for index in range(len(pdf.pdf.pages))}
    for content in (content for content in pdf.contents if content.tag == "Artifact"):
        if content.subtype == "Footer":
            footers[content.page].append(folded(content.text))
            if content.paints:
                found.append(f"page {content.page + 1}: the footer draws something")
        elif "".join(content.text.split()) not in {"", *repeated}:
            found.append(f'page {content.page + 1}: "{content.text.strip()}" is an artifact')
    for index, footer in footers.items():
        if not re.fullmatch(_footer(letter, index), "".join(footer)):
            found.append(f"page {index + 1}: its footer is {footer}")
    return found


def _footer(letter: Letter, index: int) -> str:
    """The pattern of the footer of a page: from the second on the letter and the page's number."""
    mark = re.escape(letter.mark or "")
    if not index:
        return mark
    words = letter.footer.split()
    shortened = "(?: ".join(map(re.escape, words)) + ")?" * (len(words) - 1) + "…?"
    return f"{shortened}{letter.page} {index + 1}{mark}"
