package org.limelm.train.internal.chart;

import java.util.List;

/** The colours of charts. */
final class Colours {
    static final String GRID = "#e2e2e2";
    static final String AXIS = "#888888";
    static final String TEXT = "#333333";
    static final String GAIN = "#0072b2";
    static final String LOSS = "#d55e00";

    /** Colours that colour-blind readers can distinguish (Okabe and Ito, 2008). */
    private static final List<String> SERIES =
            List.of("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    private Colours() {}

    /** Returns the colour of a series. */
    static String ofSeries(int index) {
        return SERIES.get(index % SERIES.size());
    }

    /** Returns whether a series needs a dashed line, because its colour is taken. */
    static boolean isDashed(int index) {
        return index >= SERIES.size();
    }
}
