"""Programs: keywords, names, calls, comments, strings, operators.

Rule: a line counts as code when it begins like a statement or has a program's marks anywhere (an assignment, a call
that ends it, a brace or semicolon at its end); later tokens of the line can decide. Keywords count only in such
lines. Written for Python first, tolerant of C-like languages and SQL.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_CODE_LINE = re.compile(
    r"\s*(?:(?:def|class)\s+\w+\s*[(:]|import\s+[\w.]+(?:\s+as\s+\w+)?\s*$|from\s+[\w.]+\s+import\b|return\b(?=.*[\w)\]]\s*;?$)(?!.*\.\s*$)"
    r"|(?:if|elif|while|for|with)\b.*:\s*$|(?:else|try|finally|except\b.*):\s*$|(?:pass|break|continue)\s*;?\s*$"
    r"|(?:print|assert|raise|yield|await|async|lambda)\b\s*[(\w].*[)\]\w]\s*$(?<!\.)|@\w+|#include|//|/\*"
    r"|(?:var|let|const|function|public|private|static|void|int)\s+\w+"
    r"|[\w.\[\]'\", ]+?\s*(?:=|\+=|-=|\*=|:=)\s*\S|[\w.]+\(.*\)\s*;?\s*(?:#.*)?$|(?=.*[(=\[{}<]).*[;{}]\s*$|SELECT\b|INSERT\b|UPDATE\b)"  # noqa: E501
)
_KEYWORD = re.compile(
    r"\b(?:def|class|return|import|from|if|elif|else|for|while|in|not|and|or|is|None|True|False|try|except|finally|with"
    r"|as|lambda|yield|pass|break|continue|raise|assert|global|async|await|del|var|let|const|function|new|public|static"
    r"|void|null|true|false|this|int|string|switch|case)\b"
)
_SQL = re.compile(
    r"\b(?:SELECT|FROM|WHERE|INSERT|INTO|UPDATE|DELETE|JOIN|ORDER BY|GROUP BY|VALUES|CREATE|TABLE|LIMIT|AND)\b"
)
_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("code_function_name", "function names in a call (before the bracket)",
     re.compile(r"(?<![\w.])(?!(?:if|for|while|in|and|or|not|return|print)\b)[A-Za-z_]\w*(?=\()")),
    ("code_method", "methods and attributes after a point", re.compile(r"(?<=[\w)\]]\.)[a-z_]\w*\b")),
    ("code_definition", "names that are defined after def, class or function",
     re.compile(r"(?<=\bdef\s)\w+|(?<=\bclass\s)\w+(?=\s*[(:{])|(?<=\bfunction\s)\w+")),
    ("code_builtin", "Python's built-in functions", re.compile(
        r"\b(?:print|len|range|str|int|float|list|dict|set|tuple|sum|min|max|sorted|open|enumerate|zip|map|filter|input"
        r"|isinstance|type|abs|round|append|join|split|format)(?=\()|\bself\b(?=[.,)])")),
    ("code_operator", "operators of programs (==, +=, ->, &&)",
     re.compile(r"[=!<>]=|[-+*/%|&]=|->|=>|&&|\|\||(?<!\*)\*\*(?!\*)|//(?=\s?\d)|::|<<|>>")),
    ("identifier_underscore", "identifiers with an underscore", re.compile(r"\b[A-Za-z]\w*_\w+\b|\b_\w+")),
)  # fmt: skip
_IN_CODE_LINE: tuple[tuple[str, str, re.Pattern[str], int], ...] = (
    ("code_comment", "comments in code", re.compile(r"(?:^|\s)(#(?!include)\s?.*|//.*)$"), 1),
    ("code_string", "strings in code", re.compile(r"(?<!\w)[fbr]?(\"[^\"\n]*\"?|'[^'\n]*'?)"), 1),
    ("code_assigned", "names to which a value is assigned",
     re.compile(r"\s*(?:let |var |const )?([\w.\[\]]+)\s*[-+*/]?=(?!=)"), 1),
    ("code_value", "values that are assigned", re.compile(r".*?[\w\])]\s*[-+*/]?=(?!=)\s*(.+)$"), 1),
    ("code_argument", "arguments of a call", re.compile(r"\w\(([^()\n]*)\)?"), 1),
    ("code_line_end", "the sign that ends a line of code (colon, semicolon, brace)", re.compile(r"([:;{}])\s*$"), 1),
    ("import_statement", "import statements", re.compile(r"^\s*(?:import\s.*|from\s.*import.*)$"), 0),
    ("return_statement", "return statements", re.compile(r"^\s*return\b.*$"), 0),
    ("code_keyword", "keywords of programs", _KEYWORD, 0),
    ("sql_keyword", "keywords of SQL", _SQL, 0),
)  # fmt: skip

PHRASES = (
    ("code_line", "lines of program code"),
    ("code_indented", "indented lines of program code"),
    ("code_first_token", "the first token of a line of code"),
    *((name, phrase) for name, phrase, _ in _PATTERNS),
    *((name, phrase) for name, phrase, _, _ in _IN_CODE_LINE),
)


def _mark(context: Context, marks: Marks) -> None:
    text = context.text
    if any(sign in text for sign in "(._=<>&|:/*"):
        for name, _, pattern in _PATTERNS:
            for match in pattern.finditer(text):
                marks.span(name, match.start(), match.end())
    for start, end in context.lines:
        line = text[start:end]
        if _CODE_LINE.match(line):
            _mark_line(marks, line, start)


def _mark_line(marks: Marks, line: str, start: int) -> None:
    end = start + len(line)
    marks.span("code_line", start, end)
    if line[:1].isspace():
        marks.span("code_indented", start, end)
    indent = len(line) - len(line.lstrip())
    marks.first("code_first_token", start + indent)
    for name, _, pattern, group in _IN_CODE_LINE:
        for match in pattern.finditer(line):
            marks.span(name, start + match.start(group), start + match.end(group))


FAMILY = Family("source_code", PHRASES, mark=_mark)
