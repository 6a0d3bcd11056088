"""Writes the parquet files of ParquetCorpusTest: pip install pyarrow; python make_parquet.py"""

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = [
    "The first document, with a number: 42.",
    "Zweites Dokument: Köln liegt am Rhein.",
    None,
    "Emoji 😀 and a company, IBM, behind it.",
    "",
    "The first document, with a number: 42.",
] + [f"Document {i} of many, which differ in their number only." for i in range(6, 40)]

# As FineWeb: flat columns. The fields: a value, spans, and values in a group, as DCLM has them.
TABLE = pa.table(
    {
        "text": pa.array(TEXTS, pa.string()),
        "id": pa.array([f"<urn:uuid:{i}>" for i in range(len(TEXTS))], pa.string()),
        "dump": pa.array(["CC-MAIN-2013-20"] * len(TEXTS), pa.string()),
        "language_score": pa.array([0.5 + i / 100 for i in range(len(TEXTS))], pa.float64()),
        "token_count": pa.array([len(t.split()) if t else None for t in TEXTS], pa.int64()),
        "ents": pa.array(
            [
                [
                    {"start": t.index(name), "end": t.index(name) + len(name), "label": label}
                    for name, label in [("Köln", "GPE"), ("IBM", "ORG"), ("42", "CARDINAL")]
                    if name in t
                ]
                if t
                else None
                for t in TEXTS
            ],
            pa.list_(
                pa.struct([("start", pa.int32()), ("end", pa.int64()), ("label", pa.string())])
            ),
        ),
        "metadata": pa.array(
            [{"WARC-Type": "response", "language": None if i % 2 else "en"} for i in range(40)],
            pa.struct([("WARC-Type", pa.string()), ("language", pa.string())]),
        ),
    }
)


def write(name, **options):
    pq.write_table(TABLE, name, row_group_size=16, **options)


write("zstd.parquet", compression="zstd")
write("snappy.parquet", compression="snappy", data_page_size=100, write_batch_size=2)
write("gzip-v2.parquet", compression="gzip", data_page_version="2.0", use_dictionary=False)
write("lz4-checked.parquet", compression="lz4", write_page_checksum=True)
write(
    "plain-delta.parquet",
    compression="none",
    data_page_version="2.0",
    use_dictionary=False,
    column_encoding={"text": "DELTA_BYTE_ARRAY", "id": "DELTA_LENGTH_BYTE_ARRAY"},
)
write("brotli.parquet", compression="brotli")
