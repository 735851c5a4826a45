namespace Assay.Node.Attesting;

/// <summary>Which attester a node asks.</summary>
public enum AttestMode
{
    /// <summary>None: the node offers no <c>tee</c>.</summary>
    None,

    /// <summary>The hardware that is here: Nitro's device, else the kernel's report folder. Never the simulator.</summary>
    Auto,

    /// <summary>AWS Nitro Enclaves, <c>/dev/nsm</c>.</summary>
    Nitro,

    /// <summary>SEV-SNP or TDX by the kernel's <c>/sys/kernel/config/tsm/report</c>.</summary>
    Tsm,

    /// <summary>The simulator: no hardware, no protection.</summary>
    Simulator,
}
