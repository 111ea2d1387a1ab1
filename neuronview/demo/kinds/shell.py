# ruff: noqa: E501
"""Shell: commands with flags, pipes, scripts, sessions with prompts, crontabs, Makefiles, Dockerfiles.

Nothing here is ever run. Hosts are example domains and file names invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from neuronview.demo.kinds._pools_code import code_names, render, several
from neuronview.demo.lexicon import Lexicon

_COMMANDS = (
    "ls -la §dir", "cd §dir", "mkdir -p §dir/§w1", "cp §w1.txt §dir/", "mv §w1.txt §w2.txt", "rm -rf build/",
    "cat §w1.txt | sort | uniq -c", "grep -rn \"§w3\" §dir/", "grep -v '^#' §items.conf | wc -l",
    "find . -name \"*.txt\" -size +§{n1}k", "find §dir -type f -mtime -§tiny -print", "tail -n §n1 §items.log",
    "head -n §tiny §items.csv | cut -d, -f2", "sort -k2 -n §items.csv > sorted.csv", "chmod +x run.sh",
    "chown §p1:staff §w1.txt", "tar -czf §dir.tar.gz §dir/", "tar -xzf §dir.tar.gz -C /tmp", "df -h", "du -sh §dir/*",
    "ps aux | grep §item", "kill -9 §big", "export PATH=\"$HOME/bin:$PATH\"", "echo \"$USER is on $(hostname)\"",
    "ssh §w2@host.example.com", "scp §w1.txt §w2@host.example.com:/home/§w2/", "curl -s https://api.example.com/§items",
    "wget -q https://files.example.org/§dir.zip", "unzip -o §dir.zip -d §dir", "diff -u §w1.txt §w2.txt",
    "sed -i 's/§w1/§w2/g' §items.txt", "awk -F, '{ sum += $2 } END { print sum }' §items.csv",
    "xargs -n 1 echo < §items.txt", "python3 -m venv .venv", "source .venv/bin/activate", "pip install -r requirements.txt",
    "python3 §items.py --limit §n1 --verbose", "make test", "make clean && make all", "touch §w4.md", "which python3",
    "git status", "git add §w1.py", "git commit -m \"«Fix the §item¦Add a §item¦Remove old §items»\"", "git push origin main",
    "git checkout -b §w2-§w3", "git log --oneline -n §tiny", "git pull --rebase", "history | tail -n §tiny",
    "ln -s ~/§dir ./§w5", "rsync -av --delete §dir/ backup/§dir/", "man «grep¦tar¦find¦ls»", "pwd", "whoami", "date +%F",
)  # fmt: skip
_WHY = {
    "list the files": "ls -la §dir",
    "make a new folder": "mkdir -p §dir/§w1",
    "copy a folder with everything in it": "cp -r §dir backup/",
    "rename a file": "mv §w1.txt §w2.txt",
    "find all text files": "find . -name \"*.txt\"",
    "search for a word in every file": "grep -rn \"§w3\" .",
    "count the lines of a file": "wc -l §items.csv",
    "see how much space is left": "df -h",
    "show the last lines of the log": "tail -f §items.log",
    "replace one word by another": "sed -i 's/§w1/§w2/g' notes.txt",
    "download a file": "curl -O https://files.example.com/§dir.zip",
    "unpack it": "unzip §dir.zip",
    "make the script executable": "chmod +x «run¦start¦build».sh",
    "start the server in the background": "./start.sh > server.log 2>&1 &",
    "stop it again": "kill %1",
    "sort the names and drop the double ones": "sort names.txt | uniq > clean.txt",
    "add up the second column": "awk '{ sum += $2 } END { print sum }' §items.txt",
    "undo the last commit but keep the changes": "git reset --soft HEAD~1",
    "see what has changed": "git diff",
    "pack the folder": "tar -czf §dir.tar.gz §dir/",
}  # fmt: skip
_SCRIPTS = (
    """#!/bin/bash
set -euo pipefail

# Copy the §items to the backup folder, but only if there are any.
SOURCE="$HOME/§dir"
TARGET="/backup/$(date +%Y-%m-%d)"

if [ ! -d "$SOURCE" ]; then
    echo "There is no folder $SOURCE" >&2
    exit 1
fi

mkdir -p "$TARGET"
for file in "$SOURCE"/*.«txt¦csv¦jpg»; do
    echo "copying $file"
    cp "$file" "$TARGET/"
done
echo "«Done¦Finished¦All §items are safe»."
""",
    """#!/bin/sh
# Usage: rename.sh OLD NEW
if [ $# -ne 2 ]; then
    echo "usage: $0 old new"
    exit 2
fi

old="$1"
new="$2"
count=0

for file in *"$old"*; do
    [ -e "$file" ] || continue
    mv -- "$file" "$(echo "$file" | sed "s/$old/$new/")"
    count=$((count + 1))
done

echo "renamed $count files"
""",
    """#!/bin/bash
# Wait until the server answers, then start the «tests¦import¦job».
URL="http://localhost:§big/health"
tries=0

until curl -sf "$URL" > /dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt §n1 ]; then
        echo "the server did not start"
        exit 1
    fi
    sleep «1¦2¦5»
done

echo "the server is up after $tries tries"
./run_«tests¦import¦job».sh "$@"
""",
    """#!/bin/bash

log() {
    echo "[$(date +%H:%M)] $1"
}

check() {
    if command -v "$1" > /dev/null; then
        log "$1 is installed"
    else
        log "$1 is missing"
        missing=1
    fi
}

missing=0
for tool in git make «python3 curl¦tar ssh¦node npm»; do
    check "$tool"
done

if [ "$missing" -eq 1 ]; then
    log "please install the missing tools first"
    exit 1
fi
""",
    """#!/bin/bash
case "$1" in
    start)
        echo "starting §items"
        ./§{items}d --port §big &
        ;;
    stop)
        echo "stopping §items"
        kill "$(cat /tmp/§items.pid)"
        ;;
    restart)
        "$0" stop
        "$0" start
        ;;
    *)
        echo "usage: $0 {start|stop|restart}"
        exit 1
        ;;
esac
""",
    """#!/bin/bash
# Read the §items line by line and add up the §num.
total=0
while IFS=, read -r §text §num; do
    if [ "$§num" -gt §n1 ]; then
        echo "$§text has a large §num: $§num"
    fi
    total=$((total + §num))
done < §items.csv
echo "total: $total"
""",
)  # fmt: skip


def _finish(text: str, rng: random.Random) -> str:
    return render(text, rng, names=code_names(rng))


def _plain(rng: random.Random, lex: Lexicon) -> str:
    return _finish("\n".join(several(rng, _COMMANDS, low=6, high=12)), rng)


def _prompted(rng: random.Random, lex: Lexicon) -> str:
    prompt = rng.choice(("$ ", "$ ", "§w6@§w5:~$ ", "~/§dir $ ", "% "))
    return _finish("\n".join(prompt + line for line in several(rng, _COMMANDS, low=5, high=10)), rng)


def _commented(rng: random.Random, lex: Lexicon) -> str:
    goals = several(rng, list(_WHY), low=4, high=7)
    return _finish("\n\n".join(f"# {goal}\n{_WHY[goal]}" for goal in goals), rng)


def _explained(rng: random.Random, lex: Lexicon) -> str:
    goals = several(rng, list(_WHY), low=3, high=4)
    leads = several(
        rng,
        ("To {}, type", "If you want to {}, use", "You can {} with", "Now {}:", "The next step is to {}:",
         "To {} you need only one line:", "Suppose you want to {}. Then run"),
        low=4, high=4,
    )  # fmt: skip
    pairs = zip(leads, goals, strict=False)
    return _finish("\n\n".join(f"{lead.format(goal)}\n\n    {_WHY[goal]}" for lead, goal in pairs), rng)


def _script(rng: random.Random, lex: Lexicon) -> str:
    return _finish(rng.choice(_SCRIPTS), rng)


def _listing(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    rows = [
        f"-rw-r--r-- 1 {names['w6']} staff {rng.randint(10, 99999):>6} {str(names['month'])[:3]} "
        f"{rng.randint(1, 28):>2} {rng.randint(0, 23):02}:{rng.randint(0, 59):02} {names[key]}.{rng.choice(('txt', 'md', 'py', 'csv'))}"
        for key in ("w1", "w2", "w3", "w4", "w5")[: rng.randint(3, 5)]
    ]  # fmt: skip
    text = (
        "$ ls -l §dir\ntotal §n1\n" + "\n".join(rows) + "\n$ wc -l §dir/§w1.txt\n§n2 §dir/§w1.txt\n"
        "$ cat §dir/§w1.txt | grep «-c¦-i» §w2\n" + rng.choice(("§tiny", "0"))
    )
    return render(text, rng, names=names)


def _git_session(rng: random.Random, lex: Lexicon) -> str:
    steps: Sequence[str] = (
        "$ git checkout -b §w1-§w2\nSwitched to a new branch '§w1-§w2'",
        "$ git status\nOn branch §w1-§w2\nChanges not staged for commit:\n  modified:   src/§items.py\n"
        "  «deleted: ¦modified:»   src/§others.py",
        "$ git add src/§items.py",
        '$ git commit -m "«Count §items only once¦Show the §num of each §item¦Refuse a §item with no §text»"\n'
        "[§w1-§w2 4f«a¦b¦c»§n1] 1 file changed, §n2 insertions(+), §n3 deletions(-)",
        "$ git push -u origin §w1-§w2",
        "$ git log --oneline\n4fa«1¦2¦3»«c¦d¦e» «Count §items only once¦Add §others»\nb7«a§{tiny}¦9§{tiny}¦0§{tiny}»c First version",
    )
    start = rng.randint(0, 1)
    return _finish("\n".join(steps[start : start + rng.randint(4, 5)]), rng)


def _crontab(rng: random.Random, lex: Lexicon) -> str:
    jobs = several(
        rng,
        ("# every night, make a backup\n{m} {h} * * * /usr/local/bin/backup.sh §dir",
         "# on Monday, send the report\n{m} {h} * * 1 python3 /home/§w1/report.py --month §tiny",
         "# every five minutes, check the server\n*/5 * * * * curl -sf https://www.example.com/ || echo down",
         "# once a month, clean up\n{m} {h} 1 * * rm -f /tmp/§items-*.log",
         "# at noon on weekdays\n0 12 * * 1-5 echo \"lunch\" | mail -s \"It is noon\" §w2@example.com"),
        low=3, high=5,
    )  # fmt: skip
    lines = [job.format(m=rng.randint(0, 59), h=rng.randint(0, 23)) for job in jobs]
    return _finish("SHELL=/bin/bash\nMAILTO=§w2@example.com\n\n" + "\n\n".join(lines), rng)


def _makefile(rng: random.Random, lex: Lexicon) -> str:
    return _finish(
        """PYTHON = python3
SOURCES = $(wildcard src/*.«c¦py¦md»)

.PHONY: all test clean

all: §w1

§w1: $(SOURCES)
\t@echo "building $@"
\t$(PYTHON) tools/build.py --out §dir $^

test: all
\t$(PYTHON) -m pytest -q«¦ --maxfail=§tiny»

clean:
\trm -rf §dir/*.«tmp¦o¦log»
«
install: all
\tcp -r §dir $(HOME)/bin
¦»""",
        rng,
    )


def _dockerfile(rng: random.Random, lex: Lexicon) -> str:
    return _finish(
        """FROM «python:3.11-slim¦debian:stable¦alpine:3»
WORKDIR /«app¦srv¦§dir»

# «Install the tools first, so that this step is cached.¦The packages change less often than the code.»
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY . .
ENV §{NUM}=§n1 \\
    LOG_LEVEL=«info¦debug¦warning»
EXPOSE §big
«USER §w1
¦»CMD ["python3", "-m", "§items", "--port", "§big"]""",
        rng,
    )


def _loops(rng: random.Random, lex: Lexicon) -> str:
    lines = several(
        rng,
        ('for i in 1 2 3 4 5; do echo "number $i"; done', 'for name in §w1 §w2 §w3; do mkdir "$name"; done',
         'for f in *.txt; do mv "$f" "${f%.txt}.md"; done', "while read -r line; do echo \"> $line\"; done < §w1.txt",
         "if [ -f §items.csv ]; then wc -l §items.csv; else echo \"no §items\"; fi",
         "if grep -q §w2 §items.txt; then echo yes; fi", "test -d §dir || mkdir §dir",
         "[ \"$§NUM\" -gt §n1 ] && echo \"too high\"", "n=§n1; while [ $n -gt 0 ]; do n=$((n - 1)); done",
         "seq 1 §n2 | xargs -I {} touch file{}.txt", "ls *.jpg | while read -r f; do convert \"$f\" \"small_$f\"; done"),
        low=4, high=6,
    )  # fmt: skip
    return _finish("\n".join(lines), rng)


def _help(rng: random.Random, lex: Lexicon) -> str:
    options = several(
        rng,
        ("  -n, --number N     show only the first N §items (default: §n1)",
         "  -o, --output FILE  write to FILE and not to the screen", "  -q, --quiet        print nothing but errors",
         "  -v, --verbose      say what is being done", "  -f, --force        do not ask before a §item is removed",
         "  -h, --help         show this help and exit", "      --version      show the version and exit",
         "  -r, --recursive    look into every folder below", "  -i, --ignore-case  small and capital letters are the same"),
        low=4, high=6,
    )  # fmt: skip
    return _finish(
        "$ §items --help\nUsage: §items [OPTIONS] FILE...\n\n«List¦Count¦Sort¦Check» the §items in each FILE.\n\n"
        "Options:\n" + "\n".join(options) + "\n\n«Report bugs to bugs@example.org.¦With no FILE, read the standard input.»",
        rng,
    )  # fmt: skip


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "plain": _plain,
    "prompted": _prompted,
    "commented": _commented,
    "explained": _explained,
    "script": _script,
    "listing": _listing,
    "git_session": _git_session,
    "crontab": _crontab,
    "makefile": _makefile,
    "dockerfile": _dockerfile,
    "loops": _loops,
    "help": _help,
}
