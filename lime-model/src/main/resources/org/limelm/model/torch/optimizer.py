# Whole-model updates: one call for all parameters.


def global_norm(self, tensors: List[Tensor]) -> Tensor:
    # The Euclidean norm of everything together, ().
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(tensors, 2)), 2)


def scale_(self, tensors: List[Tensor], factor: float) -> None:
    torch._foreach_mul_(tensors, factor)


def add_(self, sums: List[Tensor], tensors: List[Tensor]) -> None:
    torch._foreach_add_(sums, tensors)


def zero_(self, tensors: List[Tensor]) -> None:
    torch._foreach_zero_(tensors)


def adamw_(
    self,
    params: List[Tensor],
    grads: List[Tensor],
    exp_avgs: List[Tensor],
    exp_avg_sqs: List[Tensor],
    steps: List[Tensor],          # one scalar per parameter, counted here
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    # Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2, decay multiplied by lr.
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(
        params, grads, exp_avgs, exp_avg_sqs, [], steps,
        lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
        amsgrad=False, maximize=False, grad_scale=None, found_inf=None,
    )
