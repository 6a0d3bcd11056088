package org.limelm.core.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key that a record had in an earlier version. A configuration may still hold it with the value
 * that means what the record now does by default; any other value is an error that names what
 * replaced it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Retired.Keys.class)
public @interface Retired {
    /** Returns the key, relative to the record, such as {@code tags.pos}. */
    String key();

    /** Returns the value that is still read. */
    String value();

    /** Returns what replaced the key, for messages. */
    String replacement();

    /** Several retired keys. */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Keys {
        /** Returns the keys. */
        Retired[] value();
    }
}
