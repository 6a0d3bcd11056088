// The operations between the matrix products, each in one pass over its operands. They work on rows
// independently. Values are bfloat16 where the matrix products read or write them and float32
// elsewhere; statistics are float32. Widths are multiples of 8, so that a thread handles 16 bytes.
//
// Dimensions: N rows, D model, H query heads, K key/value heads, C head dimension, F width of the
// feed-forward layer, V vocabulary, T time.

typedef unsigned short bf16;
typedef unsigned int u32;

struct __align__(16) Eight { // eight bfloat16
    u32 pair[4];
};

__device__ __forceinline__ u32 pack(float low, float high) {
    u32 both;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
    return both;
}

__device__ __forceinline__ void unpack(Eight from, float *to) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        to[2 * i] = __uint_as_float(from.pair[i] << 16);
        to[2 * i + 1] = __uint_as_float(from.pair[i] & 0xffff0000u);
    }
}

__device__ __forceinline__ void load8(const bf16 *from, float *to) {
    unpack(*(const Eight *)from, to);
}

__device__ __forceinline__ void load8(const float *from, float *to) {
    float4 a = ((const float4 *)from)[0], b = ((const float4 *)from)[1];
    to[0] = a.x, to[1] = a.y, to[2] = a.z, to[3] = a.w;
    to[4] = b.x, to[5] = b.y, to[6] = b.z, to[7] = b.w;
}

__device__ __forceinline__ void store8(bf16 *to, const float *from) {
    Eight packed;
#pragma unroll
    for (int i = 0; i < 4; i++) packed.pair[i] = pack(from[2 * i], from[2 * i + 1]);
    *(Eight *)to = packed;
}

__device__ __forceinline__ void store8(float *to, const float *from) {
    ((float4 *)to)[0] = make_float4(from[0], from[1], from[2], from[3]);
    ((float4 *)to)[1] = make_float4(from[4], from[5], from[6], from[7]);
}

__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) x += __shfl_xor_sync(0xffffffffu, x, offset);
    return x;
}

__device__ __forceinline__ float warp_max(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1)
        x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, offset));
    return x;
}

// Sums two values over the block; every thread receives both sums.
__device__ __forceinline__ float2 block_sum(float a, float b) {
    __shared__ float2 of_warp[32];
    a = warp_sum(a), b = warp_sum(b);
    int lane = threadIdx.x & 31, warps = blockDim.x >> 5;
    __syncthreads(); // the previous call has been read
    if (lane == 0) of_warp[threadIdx.x >> 5] = make_float2(a, b);
    __syncthreads();
    float2 mine = lane < warps ? of_warp[lane] : make_float2(0.f, 0.f);
    return make_float2(warp_sum(mine.x), warp_sum(mine.y));
}

// y = x / rms(x) * gain. One block per row.
extern "C" __global__ void rms_norm(
        bf16 *y, const float *x, const float *gain, float eps, int d) { // y, x (N, D)
    x += (long long)blockIdx.x * d;
    y += (long long)blockIdx.x * d;
    float squares = 0.f, v[8], g[8];
    for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
        load8(x + i, v);
#pragma unroll
        for (int j = 0; j < 8; j++) squares += v[j] * v[j];
    }
    float r = rsqrtf(block_sum(squares, 0.f).x / d + eps);
    for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
        load8(x + i, v);
        load8(gain + i, g);
#pragma unroll
        for (int j = 0; j < 8; j++) v[j] *= r * g[j];
        store8(y + i, v);
    }
}

// With r = 1 / rms(x) and u = grad_y * gain: grad_x = stream + r u - x r^3 sum(u x) / D. Blocks
// stride over the rows and each writes its part of the gradient of the gain, sum(grad_y x r).
extern "C" __global__ void rms_norm_backward(
        float *grad_x,             // (N, D)
        float *grad_gain_parts,    // (blocks, D)
        const float *x,            // (N, D)
        const float *gain,         // (D)
        const bf16 *grad_y,        // (N, D)
        const float *stream,       // (N, D), or null
        float eps, int rows, int d) {
    extern __shared__ float grad_gain[]; // (D); a thread adds to its own columns only
    for (int i = threadIdx.x; i < d; i += blockDim.x) grad_gain[i] = 0.f;
    __syncthreads();
    float v[8], g[8], u[8], s[8];
    for (int row = blockIdx.x; row < rows; row += gridDim.x) {
        long long start = (long long)row * d;
        float squares = 0.f, products = 0.f;
        for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
            load8(x + start + i, v);
            load8(gain + i, g);
            load8(grad_y + start + i, u);
#pragma unroll
            for (int j = 0; j < 8; j++) squares += v[j] * v[j], products += v[j] * u[j] * g[j];
        }
        float2 sums = block_sum(squares, products);
        float r = rsqrtf(sums.x / d + eps);
        float shrink = r * r * r * sums.y / d;
        for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
            load8(x + start + i, v);
            load8(gain + i, g);
            load8(grad_y + start + i, u);
            if (stream) load8(stream + start + i, s);
#pragma unroll
            for (int j = 0; j < 8; j++) {
                grad_gain[i + j] += u[j] * v[j] * r;
                u[j] = (stream ? s[j] : 0.f) + r * u[j] * g[j] - v[j] * shrink;
            }
            store8(grad_x + start + i, u);
        }
    }
    __syncthreads();
    for (int i = threadIdx.x; i < d; i += blockDim.x)
        grad_gain_parts[(long long)blockIdx.x * d + i] = grad_gain[i];
}

// total = sum over the rows of the columns of parts from `first` on, or total += it. A block of
// 32 x 8 threads per 32 columns.
extern "C" __global__ void sum_rows(
        float *total, const float *parts, int first, int rows, int stride, int columns, int add) {
    __shared__ float of_group[8][33];
    int column = blockIdx.x * 32 + threadIdx.x;
    float sum = 0.f;
    if (column < columns)
        for (int row = threadIdx.y; row < rows; row += 8) 
            sum += parts[(long long)row * stride + first + column];
    of_group[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y == 0 && column < columns) {
        for (int i = 1; i < 8; i++) sum += of_group[i][threadIdx.x];
        total[column] = add ? total[column] + sum : sum;
    }
}

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

__device__ __forceinline__ float cap(float z, float soft_cap) {
    return soft_cap > 0.f ? soft_cap * tanhf(z / soft_cap) : z;
}

// The cross-entropy of every row and, in place of its logits, the gradient of
// (nll + z_loss lse^2) / normalizer. One block per row. Rows with target < 0 count as 0.
extern "C" __global__ void cross_entropy(
        bf16 *logits,              // (n, V); receives the gradient
        float *nll,                // (n)
        const long long *targets,  // (n)
        const float *normalizer,   // scalar
        float soft_cap, float z_loss, int v) {
    logits += (long long)blockIdx.x * v;
    long long target = targets[blockIdx.x];
    float z[8];
    if (target < 0) {
#pragma unroll
        for (int j = 0; j < 8; j++) z[j] = 0.f;
        for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) store8(logits + i, z);
        if (threadIdx.x == 0) nll[blockIdx.x] = 0.f;
        return;
    }
    float at_target = cap(__uint_as_float((u32)logits[target] << 16), soft_cap);
    float top = -3.0e38f, sum = 0.f; // of this thread: maximum, and sum of exp(z - maximum)
    for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) {
        load8(logits + i, z);
        float highest = top;
#pragma unroll
        for (int j = 0; j < 8; j++) highest = fmaxf(highest, z[j] = cap(z[j], soft_cap));
        sum *= __expf(top - highest);
        top = highest;
#pragma unroll
        for (int j = 0; j < 8; j++) sum += __expf(z[j] - top);
    }
    __shared__ float of_warp[32];
    int lane = threadIdx.x & 31, warps = blockDim.x >> 5;
    float highest = warp_max(top);
    if (lane == 0) of_warp[threadIdx.x >> 5] = highest;
    __syncthreads();
    highest = warp_max(lane < warps ? of_warp[lane] : -3.0e38f);
    float lse = highest + logf(block_sum(sum * __expf(top - highest), 0.f).x);
    float scale = 1.f / *normalizer, weight = scale * (1.f + 2.f * z_loss * lse);
    if (threadIdx.x == 0) nll[blockIdx.x] = lse - at_target;
    for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) {
        load8(logits + i, z);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            float capped = cap(z[j], soft_cap);
            float grad = weight * __expf(capped - lse) - (i + j == target ? scale : 0.f);
            float ratio = soft_cap > 0.f ? capped / soft_cap : 0.f;
            z[j] = grad * (1.f - ratio * ratio);
        }
        store8(logits + i, z);
    }
}
