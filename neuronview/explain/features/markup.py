"""HTML, JSON, shell, addresses of the web, files, tables.

Rule: each pattern marks all tokens of what its phrase names; an expression is recognised as a whole, so its first
pieces can be marked for what its later pieces show.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)(?=[\s/>]|$)((?:\s[^<>]*)?)/?>?")
_PATTERNS: tuple[tuple[str, str, str, re.Pattern[str], int], ...] = (
    ("html_attribute", "names of HTML attributes", "=", re.compile(r"(?<=\s)([a-z][\w-]*)=(?=[\"'])"), 1),
    ("html_attribute_value", "values of HTML attributes", "=", re.compile(r"(?<=[a-z]=)[\"']([^\"'\n]*)"), 1),
    ("html_entity", "HTML entities and comments (&amp;, <!--)", "&<",
     re.compile(r"&#?\w+;|<!--.*?(?:-->|$)|<!\w+[^>]*>"), 0),
    ("json_key", "keys of JSON objects", '"', re.compile(r"\"([^\"\n]+)\"\s*:"), 1),
    ("json_value", "values of JSON objects", '"',
     re.compile(r"\"\s*:\s*(\"[^\"\n]*\"?|-?\d[\d.eE+-]*|true|false|null)"), 1),
    ("json_literal", "true, false, null and None as values", ":=",
     re.compile(r"(?<=[:=])\s*(true|false|null|True|False|None)\b"), 1),
    ("key_value_key", "keys of settings (name: value or name=value at the beginning of a line)", ":=",
     re.compile(r"(?m)^[ \t]*([a-z_][\w.-]*)(?:\s?=\s?|:\s)(?=\S)"), 1),
    ("shell_command", "shell commands", "$>|&#adclmpgsewtnrk", re.compile(
        r"(?m)(?:^|[$>|;&]\s)[ \t]*(?:sudo\s)?((?:cd|ls|mkdir|rm|cp|mv|cat|grep|echo|git|pip|npm|curl|wget|chmod|sudo|apt|docker"  # noqa: E501
        r"|python3?|ssh|tar|find|sed|awk|make|export|touch|head|tail|kill|ps)(?=\s+[-\w./~\"'$*]|$))(?!\s+(?:the|a|your|sure|it"
        r"|is|was)\b)"), 1),
    ("shell_flag", "flags of commands (-r, --help)", "-", re.compile(r"(?<=\s)--?[A-Za-z][\w-]*"), 0),
    ("shell_variable", "variables with a dollar sign ($HOME)", "$", re.compile(r"\$\{?[A-Za-z_]\w*\}?"), 0),
    ("shell_line", "lines of shell commands with a prompt", "$", re.compile(r"(?m)^[ \t]*\$\s.*$"), 0),
    ("url", "web addresses", ".", re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+"), 0),
    ("url_scheme", "the beginning of a web address (http, www)", ".:",
     re.compile(r"\b(?:https?:(?://)?|www\.|ftp:)"), 0),
    ("domain_ending", "endings of web domains (.com, .org)", ".", re.compile(
        r"(?<=\w)\.(?:com|org|net|edu|gov|io|co|uk|de|fr|eu|info|example)\b"), 0),
    ("url_path", "the path of a web address", "/", re.compile(r"(?:https?://|www\.)[^\s/]+(/[^\s<>\"')\]]*)"), 1),
    ("email_address", "e-mail addresses", "@", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"), 0),
    ("file_extension", "file name extensions (.py, .txt)", ".", re.compile(
        r"(?<=\w)\.(?:py|txt|csv|json|html?|css|js|md|png|jpe?g|gif|pdf|zip|tar|gz|sh|cpp|c|h|java|xml|ya?ml|log|docx?|xlsx?|exe|mp3"
        r"|mp4)\b"), 0),
    ("file_name", "file names", ".", re.compile(r"(?<![\w@/.])[\w-]+(?!\.(?:com|org|net|example|uk|de)\b)"
         r"(?:\.[a-z][a-z0-9]{0,3}){1,2}(?![\w.@/])(?<!\.m)"), 0),
    ("file_path", "paths of files and folders", "/\\",
     re.compile(r"(?<![\w/:<])(?:~|\.{1,2})?/(?!/)[\w.-]+(?:/[\w.-]*)*"), 0),
    ("social_tag", "hashtags and user names (#news, @anna)", "#@", re.compile(r"(?<![\w/])[#@][A-Za-z]\w+"), 0),
    ("table_cell_bar", "cells of a table with vertical bars", "|", re.compile(r"\|([^|\n]+)(?=\|)"), 1),
    ("table_rule", "rules made of hyphens, equals signs or bars", "-=_*", re.compile(r"[-=_*+|:]{3,}"), 0),
    ("csv_comma", "commas between values without a space", ",",
     re.compile(r"(?<=[\w\"]),(?=[\w-]|\"\w)(?!\d{3}\b)"), 0),
    ("hex_code", "hexadecimal codes", "#x0123456789",
     re.compile(r"#[0-9a-fA-F]{3,8}\b|\b0x[0-9a-fA-F]+\b|\b(?=\w*\d)(?=\w*[a-f])"
                                                            r"[0-9a-f]{7,}\b"), 0),
)  # fmt: skip

PHRASES = (
    ("html_tag", "HTML tags"),
    ("html_tag_name", "names of opening HTML tags"),
    ("html_closing_tag", "closing HTML tags"),
    ("html_content", "text between HTML tags"),
    *((name, phrase) for name, phrase, _, _, _ in _PATTERNS),
)


def _mark(context: Context, marks: Marks) -> None:
    text = context.text
    if "<" in text:
        _mark_tags(text, marks)
    present = set(text)
    for name, _, needed, pattern, group in _PATTERNS:
        if not present.isdisjoint(needed):
            for match in pattern.finditer(text):
                marks.span(name, *match.span(group))


def _mark_tags(text: str, marks: Marks) -> None:
    ends: list[int] = []
    for match in _TAG.finditer(text):
        marks.span("html_tag", match.start(), match.end())
        if match.group(1):
            marks.span("html_closing_tag", match.start(), match.end())
        else:
            marks.span("html_tag_name", *match.span(2))
        if ends:
            marks.span("html_content", ends[-1], match.start())
        ends.append(match.end())


FAMILY = Family("markup", PHRASES, mark=_mark)
