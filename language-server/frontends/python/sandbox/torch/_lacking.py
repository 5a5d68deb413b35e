"""What PyTorch's tensors have and these lack: a call of one is recorded by name. Anything else is no attribute there either."""

names = frozenset(
    """
    H acosh acosh_ addbmm addbmm_ addmv addmv_ addr addr_ allclose angle apply_ arccosh arccosh_ arcsinh
    arcsinh_ arctanh arctanh_ as_strided_scatter asinh asinh_ atanh atanh_ bitwise_left_shift
    bitwise_left_shift_ bitwise_right_shift bitwise_right_shift_ cauchy_ ccol_indices cdouble cfloat chalf
    cholesky cholesky_inverse cholesky_solve col_indices conj conj_physical conj_physical_ const_data_ptr
    corrcoef cov crow_indices cummax cummin deg2rad deg2rad_ dense_dim det diag diag_embed diagflat
    diagonal diagonal_scatter dim_order dist eig equal erfc erfc_ exponential_ fill_diagonal_ frexp gcd gcd_
    geometric_ geqrf get_device grad_dtype hardshrink hash_tensor histogram i0 i0_ igamma igamma_
    igammac igammac_ index index_reduce index_reduce_ indices int_repr inverse ipu is_coalesced is_complex
    is_conj is_cpu is_distributed is_inference is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_neg
    is_nested is_nonzero is_pinned is_same_size is_set_to is_shared is_signed is_sparse_csr is_vulkan is_xla
    is_xpu isneginf isposinf isreal istft itemsize kron kthvalue lcm lcm_ ldexp ldexp_ log_normal_ logaddexp2
    logcumsumexp logdet lstsq lu lu_solve mH map2_ map_ matrix_exp matrix_power mode module_load msort mtia
    multinomial mvlgamma mvlgamma_ name nanmedian nanquantile narrow_copy nbytes new nextafter nextafter_
    nonzero_static orgqr ormqr output_nr pinverse positive prelu put put_ q_per_channel_axis
    q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qr qscheme quantile rad2deg rad2deg_
    random_ record_stream register_post_accumulate_grad_hook reinforce resize resize_ resize_as resize_as_
    resize_as_sparse_ retains_grad rot90 row_indices select_scatter set_ signbit sinc sinc_ slice_inverse
    slice_scatter slogdet smm solve sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ sspaddmm
    stft storage storage_offset storage_type sum_to_size svd symeig take to_mkldnn to_padded_tensor to_sparse
    to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr trace triangular_solve unfold
    unique_consecutive unsafe_split_with_sizes untyped_storage values volatile xlogy xlogy_ xpu
    """.split()
)
