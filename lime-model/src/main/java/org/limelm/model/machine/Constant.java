package org.limelm.model.machine;

/** Numbers that a step's code reads from its workspace. */
enum Constant {
    ONE(1),
    MINUS_ONE(-1),
    LOG2_E(1 / Math.log(2)),
    /** ln 2, of which the product with a small whole number is exact. */
    LN_2_HIGH(0x1.62e4p-1),
    LN_2_LOW(Math.log(2) - 0x1.62e4p-1),
    /** Beyond these, e^x is no normal float32: exponents are kept between them. */
    LEAST_EXPONENT(-87),
    LARGEST_EXPONENT(88),
    TAYLOR_2(1 / 2.0),
    TAYLOR_3(1 / 6.0),
    TAYLOR_4(1 / 24.0),
    TAYLOR_5(1 / 120.0),
    TAYLOR_6(1 / 720.0),
    /**
     * -2 sqrt(2 / pi): GELU by its tanh form is x / (1 + e^(-2 sqrt(2 / pi) (x + 0.044715 x^3))).
     */
    GELU_1(-2 * Math.sqrt(2 / Math.PI)),
    GELU_3(-2 * Math.sqrt(2 / Math.PI) * 0.044715),
    /** The factor of token embeddings, and eps * D: by the model. */
    TOKEN_SCALE(Double.NaN),
    EPSILON(Double.NaN);

    private final double value;

    Constant(double value) {
        this.value = value;
    }

    float value(StepShape shape) {
        return (float)
                switch (this) {
                    case TOKEN_SCALE -> shape.tokenScale();
                    case EPSILON -> shape.epsilon() * shape.hidden();
                    default -> value;
                };
    }
}
