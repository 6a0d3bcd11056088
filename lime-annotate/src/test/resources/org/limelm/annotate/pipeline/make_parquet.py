"""Writes the files of ParquetShardsTest: pip install pyarrow; python make_parquet.py"""

import json

import pyarrow as pa
import pyarrow.parquet as pq

SENTENCES = [
    "Four score and seven years ago our fathers brought forth a new nation.",
    "President Lincoln spoke in Gettysburg, Pennsylvania, on November 19, 1863.",
    "Naïve cafés in 東京 don't serve tea 🙂 on שבת.",
]
ROWS = [
    {
        "id": f"<urn:uuid:{i}>",
        "text": "\n\n".join(f"{SENTENCES[(i + k) % 3]} No. {i * k}." for k in range(1 + i % 7)),
        "url": f"https://example.org/{i}",
    }
    for i in range(60)
]

pq.write_table(
    pa.Table.from_pylist(ROWS), "documents.parquet", compression="zstd", row_group_size=17
)
with open("documents.jsonl", "w", encoding="utf-8") as out:
    out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
