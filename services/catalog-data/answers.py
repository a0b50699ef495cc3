# SPDX-License-Identifier: Apache-2.0
"""Reads the hand-written answers from answers/*.txt.

Each block has Q, A (English), 问, 答 (Chinese), and alternative questions in + (English) and 另 (Chinese), separated by |.
The topic is the heading `# topic`. Numbers follow the file names and the order inside each file.
"""


def load(folder):
    out = []
    for path in sorted(folder.glob("*.txt")):
        topic, block = "", {}
        for raw in path.read_text(encoding="utf-8").splitlines() + [""]:
            line = raw.strip()
            if line.startswith("# "):
                topic = line[2:]
            elif line:
                mark, text = line.split(" ", 1)
                if mark in block:
                    raise ValueError(f"{path.name}: {mark} twice near: {text}")
                block[mark] = text.strip()
            elif block:
                out.append({"kind": "answer", "id": f"ans-{len(out) + 1:03d}", "question": block["Q"], "question_zh": block["问"],
                            "answer": block["A"], "answer_zh": block["答"], "topic": topic,
                            "alternatives": [s.strip() for s in block["+"].split("|")],
                            "alternatives_zh": [s.strip() for s in block["另"].split("|")]})
                block = {}
    return out
