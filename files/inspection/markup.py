"""Reading XML as a stream: no entity is ever grown, nothing is loaded from elsewhere, and no tree is kept."""

from collections.abc import Callable, Iterable
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_external_ges, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from files.inspection.problems import NoFurther, problem

DEEPEST = 1000

Element = Callable[[str, dict[str, str]], None]
Text = Callable[[str, str], None]


class RootReached(Exception):
    """What stands before the first element has been read, and nobody asked for more."""


class Listener(ContentHandler):
    """Tells local names of elements with their attributes by local name, and text with the element that it is in."""

    def __init__(self, element: Element | None, text: Text | None) -> None:
        super().__init__()
        self.element, self.text = element, text
        self.open: list[str] = []

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl) -> None:
        if self.element is None:
            raise RootReached
        self.open.append(name[1])
        if len(self.open) > DEEPEST:
            raise NoFurther(problem("bomb"))
        self.element(name[1], {key[1]: value for key, value in attrs.items()})

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        if self.text is not None and self.open:
            self.text(self.open[-1], content)


def listen(
    chunks: Iterable[bytes],
    *,
    element: Element | None = None,
    text: Text | None = None,
    may_name_its_type: bool = False,
) -> None:
    """Read a part of a document; raises `NoFurther` if it defines entities or is no XML.

    Without `element` only what stands before the first element is read, which is where entities are defined.
    `may_name_its_type` allows the document type that drawings and old manifests have, though no entities in it.
    """
    # The name of a type comes with an address, which is not to be fetched, but is no reason to stop either.
    strict = not may_name_its_type
    parser = DefusedExpatParser(forbid_dtd=strict, forbid_entities=True, forbid_external=strict)
    parser.setFeature(feature_external_ges, False)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(Listener(element, text))
    try:
        for chunk in chunks:
            parser.feed(chunk)
        parser.close()
    except RootReached:
        for _ in chunks:
            pass
    except DefusedXmlException as forbidden:
        raise NoFurther(problem("entities")) from forbidden
    except SAXException as broken:
        raise NoFurther(problem("damaged")) from broken
