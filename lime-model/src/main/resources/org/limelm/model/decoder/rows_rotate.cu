// Norms of the query and key heads, and rotary positions.

// Multiplies pairs by (cos, sign sin) of a position's angles.
__device__ __forceinline__ void turn(float *v, const float *angles, float sign) {
    float a[8];
    load8(angles, a);
#pragma unroll
    for (int j = 0; j < 8; j += 2) {
        float re = v[j], im = v[j + 1], s = sign * a[j + 1];
        v[j] = re * a[j] - im * s;
        v[j + 1] = im * a[j] + re * s;
    }
}

// RMSNorm of every query and key head, if there are gains, and rotation by the position's angles.
// A warp per head of a row; C <= 256.
extern "C" __global__ void rotate(
        bf16 *q,                   // (N, H, C)
        bf16 *k,                   // (N, K, C)
        const bf16 *qkv,           // (N, (H + 2K) C)
        const float *gain_q,       // (C), or null
        const float *gain_k,       // (C), or null
        const float *rope,         // (T, C/2, 2)
        float eps, long long count, int t, int heads, int kv_heads, int c) { // count = N (H + K)
    int i = (threadIdx.x & 31) * 8;
    float v[8], g[8];
    for (long long item = ((long long)blockIdx.x * blockDim.x + threadIdx.x) >> 5; item < count;
         item += ((long long)gridDim.x * blockDim.x) >> 5) {
        long long row = item / (heads + kv_heads);
        int head = (int)(item - row * (heads + kv_heads));
        bool query = head < heads, active = i < c;
        float squares = 0.f;
        if (active) {
            load8(qkv + (row * (heads + 2 * kv_heads) + head) * c + i, v);
#pragma unroll
            for (int j = 0; j < 8; j++) squares += v[j] * v[j];
        }
        if (gain_q) {
            float r = rsqrtf(warp_sum(squares) / c + eps);
            if (active) {
                load8((query ? gain_q : gain_k) + i, g);
#pragma unroll
                for (int j = 0; j < 8; j++) v[j] *= r * g[j];
            }
        }
        if (active) {
            turn(v, rope + (row % t) * c + i, 1.f);
            bf16 *to = query ? q + (row * heads + head) * c : k + (row * kv_heads + head - heads) * c;
            store8(to + i, v);
        }
    }
}

// The backward pass of rotate; the gradient of the values is copied.
extern "C" __global__ void rotate_backward(
        bf16 *grad_qkv,            // (N, (H + 2K) C)
        float *grad_gain_parts,    // (blocks, 2 C): queries, keys
        const bf16 *qkv,           // (N, (H + 2K) C)
        const float *gain_q,       // (C), or null
        const float *gain_k,       // (C), or null
        const float *rope,         // (T, C/2, 2)
        const bf16 *grad_q,        // (N, H, C)
        const bf16 *grad_k,        // (N, K, C)
        const bf16 *grad_v,        // (N, K, C)
        float eps, long long count, int t, int heads, int kv_heads, int c) { // N (H + 2K)
    extern __shared__ float of_warp[]; // (warps, 2 C)
    int lane = threadIdx.x & 31, i = lane * 8, all = heads + 2 * kv_heads;
    bool active = i < c;
    float v[8], g[8], u[8], sum_q[8] = {0.f}, sum_k[8] = {0.f};
    for (long long item = ((long long)blockIdx.x * blockDim.x + threadIdx.x) >> 5; item < count;
         item += ((long long)gridDim.x * blockDim.x) >> 5) {
        long long row = item / all;
        int head = (int)(item - row * all);
        bf16 *to = grad_qkv + item * c + i;
        if (head >= heads + kv_heads) {
            if (active)
                *(Eight *)to =
                        *(const Eight *)(grad_v + (row * kv_heads + head - heads - kv_heads) * c + i);
            continue;
        }
        bool query = head < heads;
        float squares = 0.f, products = 0.f;
        if (active) {
            const bf16 *from = query ? grad_q + (row * heads + head) * c
                                     : grad_k + (row * kv_heads + head - heads) * c;
            load8(from + i, u);
            turn(u, rope + (row % t) * c + i, -1.f);
        }
        if (gain_q) {
            if (active) {
                load8(qkv + item * c + i, v);
                load8((query ? gain_q : gain_k) + i, g);
#pragma unroll
                for (int j = 0; j < 8; j++) squares += v[j] * v[j], products += v[j] * u[j] * g[j];
            }
            float r = rsqrtf(warp_sum(squares) / c + eps);
            float shrink = r * r * r * warp_sum(products) / c;
            if (active) {
#pragma unroll
                for (int j = 0; j < 8; j++) {
                    float part = u[j] * v[j] * r;
                    sum_q[j] += query ? part : 0.f;
                    sum_k[j] += query ? 0.f : part;
                    u[j] = r * u[j] * g[j] - v[j] * shrink;
                }
            }
        }
        if (active) store8(to, u);
    }
    if (!gain_q) return;
    int warp = threadIdx.x >> 5, warps = blockDim.x >> 5;
    if (active) {
        store8(of_warp + warp * 2 * c + i, sum_q);
        store8(of_warp + warp * 2 * c + c + i, sum_k);
    }
    __syncthreads();
    for (int column = threadIdx.x; column < 2 * c; column += blockDim.x) {
        float sum = 0.f;
        for (int w = 0; w < warps; w++) sum += of_warp[w * 2 * c + column];
        grad_gain_parts[(long long)blockIdx.x * 2 * c + column] = sum;
    }
}
