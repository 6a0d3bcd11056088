package org.limelm.core.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A record that may be written as the text {@code NAME:SIZE}. */
record TextFormSample(@Doc("The name") String name, @Doc("The size") int size) {
    static TextFormSample defaults() {
        return new TextFormSample("small", 1);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static TextFormSample of(String text) {
        int colon = text.indexOf(':');
        return new TextFormSample(
                text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @JsonValue
    String text() {
        return name + ":" + size;
    }
}
