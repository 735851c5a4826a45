namespace Assay.Node.Paying;

/// <summary>How requests of a model are paid for.</summary>
[Flags]
public enum PaymentModes
{
    /// <summary>They aren't.</summary>
    Off = 0,

    /// <summary>From an API key's balance.</summary>
    Prepaid = 1,

    /// <summary>Each by a payment of its own (x402).</summary>
    X402 = 2,
}
