namespace Assay.Receipts;

/// <summary>Who set the level of a request (statement, key 7).</summary>
public enum LevelSource
{
    /// <summary>The request itself.</summary>
    Request = 0,

    /// <summary>The API key's minimum or default.</summary>
    Key = 1,

    /// <summary>The model's minimum.</summary>
    Model = 2,

    /// <summary>The node's default; on loopback only.</summary>
    NodeDefault = 3,

    /// <summary>The offer that was paid: the request named no level (spec/payment.md).</summary>
    Payment = 4,
}
