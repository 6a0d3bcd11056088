package org.limelm.core.internal.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;

/**
 * A column of a schema, or a part of one.
 *
 * @param name its name
 * @param repeated whether it occurs any number of times
 * @param definition definition level at which it is present
 * @param repetition repetition level of its items, if it is repeated, else that of its parent
 * @param leaf what its values are, if it has no children
 * @param children its parts
 */
record SchemaNode(
        String name,
        boolean repeated,
        int definition,
        int repetition,
        Optional<ColumnDescriptor> leaf,
        List<SchemaNode> children) {
    /** Limits the recursion over a schema. */
    private static final int MAX_DEPTH = 64;

    /**
     * Returns the columns of a schema.
     *
     * @param elements the schema, depth first: the root, then the columns
     * @throws IllegalArgumentException if it is not a tree
     */
    static List<SchemaNode> columns(List<SchemaElement> elements) {
        return new Builder(elements).columns();
    }

    /** Returns the leaves below this node, or this node. */
    Stream<SchemaNode> leaves() {
        return leaf.isPresent() ? Stream.of(this) : children.stream().flatMap(SchemaNode::leaves);
    }

    /** Returns the first leaf: its levels say whether this node is present. */
    SchemaNode firstLeaf() {
        return leaf.isPresent() ? this : children.get(0).firstLeaf();
    }

    /**
     * Returns whether this is a list: a group of one repeated child, however its writer named it.
     */
    boolean isList() {
        return children.size() == 1 && children.get(0).repeated();
    }

    /** Returns whether the items of a list are wrapped, as in {@code list.element}. */
    boolean wrapsItem() {
        return children.size() == 1
                && !children.get(0).repeated()
                && !name.equals("array")
                && !name.endsWith("_tuple");
    }

    private static final class Builder {
        private final List<SchemaElement> elements;
        private int next;

        Builder(List<SchemaElement> elements) {
            this.elements = elements;
        }

        List<SchemaNode> columns() {
            if (elements.isEmpty()) {
                throw new IllegalArgumentException("the schema is empty");
            }
            SchemaElement root = elements.get(next++);
            List<SchemaNode> columns = new ArrayList<>();
            for (int i = 0; i < root.getNum_children(); i++) {
                columns.add(node(List.of(), 0, 0));
            }
            return columns;
        }

        private SchemaNode node(List<String> parents, int definition, int repetition) {
            if (next >= elements.size() || parents.size() > MAX_DEPTH) {
                throw new IllegalArgumentException("the schema is not a tree of its elements");
            }
            SchemaElement element = elements.get(next++);
            FieldRepetitionType kind = element.getRepetition_type();
            boolean repeated = kind == FieldRepetitionType.REPEATED;
            int present = definition + (kind == FieldRepetitionType.REQUIRED ? 0 : 1);
            int items = repetition + (repeated ? 1 : 0);
            List<String> path = new ArrayList<>(parents);
            path.add(element.getName());
            if (element.isSetType()) {
                ColumnDescriptor leaf =
                        new ColumnDescriptor(
                                path.toArray(String[]::new), type(element), items, present);
                return new SchemaNode(
                        element.getName(), repeated, present, items, Optional.of(leaf), List.of());
            }
            if (element.getNum_children() < 1) {
                throw new IllegalArgumentException("column " + path + " has no parts");
            }
            List<SchemaNode> children = new ArrayList<>();
            for (int i = 0; i < element.getNum_children(); i++) {
                children.add(node(path, present, items));
            }
            return new SchemaNode(
                    element.getName(), repeated, present, items, Optional.empty(), children);
        }

        private static PrimitiveType type(SchemaElement element) {
            return new PrimitiveType(
                    Repetition.valueOf(element.getRepetition_type().name()),
                    name(element.getType()),
                    element.getType_length(),
                    element.getName());
        }

        private static PrimitiveTypeName name(Type type) {
            return switch (type) {
                case BYTE_ARRAY -> PrimitiveTypeName.BINARY;
                default -> PrimitiveTypeName.valueOf(type.name());
            };
        }
    }
}
