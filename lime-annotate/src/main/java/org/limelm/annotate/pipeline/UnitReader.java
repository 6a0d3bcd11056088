package org.limelm.annotate.pipeline;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.limelm.core.text.Document;

/** Cuts a stream of documents into units, by the length of their texts alone. */
final class UnitReader implements Iterator<Unit> {
    private final Iterator<Document> documents;
    private final long unitLength;
    private int number;

    /**
     * Wraps a stream.
     *
     * @param unitLength a unit ends with the document that brings it to this many UTF-16 units
     */
    UnitReader(Iterator<Document> documents, long unitLength) {
        this.documents = documents;
        this.unitLength = unitLength;
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
        long length = 0;
        while (length < unitLength && documents.hasNext()) {
            Document document = documents.next();
            unit.add(document);
            length += document.text().length();
        }
        return new Unit(number++, unit);
    }
}
