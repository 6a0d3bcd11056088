// The gate of the feed-forward layer.

// The gate's activation and its derivative: GELU by tanh, or SiLU.
__device__ __forceinline__ float2 activate(float x, int silu) {
    if (silu) {
        float s = __fdividef(1.f, 1.f + __expf(-x));
        return make_float2(x * s, s + x * s * (1.f - s));
    }
    const float a = 0.7978845608028654f, b = 0.044715f;
    float z = a * (x + b * x * x * x);
    float t = 1.f - __fdividef(2.f, __expf(fminf(2.f * z, 80.f)) + 1.f);
    return make_float2(
            0.5f * x * (1.f + t),
            0.5f * (1.f + t) + 0.5f * x * (1.f - t * t) * a * (1.f + 3.f * b * x * x));
}

// a = act(g) * u of h = [g, u].
extern "C" __global__ void gate(bf16 *a, const bf16 *h, long long count, int f, int silu) {
    float g[8], u[8]; // a (N, F), h (N, 2F); count = N F / 8
    for (long long k = (long long)blockIdx.x * blockDim.x + threadIdx.x; k < count;
         k += (long long)gridDim.x * blockDim.x) {
        long long row = k / (f / 8);
        int i = (int)(k - row * (f / 8)) * 8;
        load8(h + row * 2 * f + i, g);
        load8(h + row * 2 * f + f + i, u);
#pragma unroll
        for (int j = 0; j < 8; j++) u[j] *= activate(g[j], silu).x;
        store8(a + row * f + i, u);
    }
}

// grad_h = [grad_a u act'(g), grad_a act(g)].
extern "C" __global__ void gate_backward(
        bf16 *grad_h, const bf16 *h, const bf16 *grad_a, long long count, int f, int silu) {
    float g[8], u[8], q[8];
    for (long long k = (long long)blockIdx.x * blockDim.x + threadIdx.x; k < count;
         k += (long long)gridDim.x * blockDim.x) {
        long long row = k / (f / 8);
        int i = (int)(k - row * (f / 8)) * 8;
        load8(h + row * 2 * f + i, g);
        load8(h + row * 2 * f + f + i, u);
        load8(grad_a + row * f + i, q);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            float2 act = activate(g[j], silu);
            g[j] = q[j] * u[j] * act.y;
            u[j] = q[j] * act.x;
        }
        store8(grad_h + row * 2 * f + i, g);
        store8(grad_h + row * 2 * f + f + i, u);
    }
}
