package org.limelm.core.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component whose keys are written among those of the enclosing record, without a
 * group of their own. It is itself a record, which adds keys to an existing configuration, or a
 * {@code Map<String, String>}, which takes all keys that are not those of another component.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Inline {}
