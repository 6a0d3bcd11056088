package org.limelm.annotate.pipeline;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntConsumer;
import org.limelm.core.text.Document;

/** Splits a stream of documents into units, based only on the length of their texts. */
final class UnitReader implements Iterator<Unit> {
    private final Iterator<Document> documents;
    private final long unitCharacters;
    private final IntConsumer afterDocument;
    private int number;

    /**
     * Creates a reader of a stream.
     *
     * @param unitCharacters a unit ends with the document that brings it to this many UTF-16 code
     *     units
     * @param afterDocument receives the length of each document that was read
     */
    UnitReader(Iterator<Document> documents, long unitCharacters, IntConsumer afterDocument) {
        this.documents = documents;
        this.unitCharacters = unitCharacters;
        this.afterDocument = afterDocument;
    }

    @Override
    public boolean hasNext() {
        return documents.hasNext();
    }

    @Override
    public Unit next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The corpus has no more documents");
        }
        List<Document> unit = new ArrayList<>();
        long characters = 0;
        while (characters < unitCharacters && documents.hasNext()) {
            Document document = documents.next();
            unit.add(document);
            characters += document.text().length();
            afterDocument.accept(document.text().length());
        }
        return new Unit(number++, unit);
    }
}
