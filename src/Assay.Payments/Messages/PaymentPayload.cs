namespace Assay.Payments;

/// <summary>A client's payment (x402's PaymentPayload), of either version.</summary>
public sealed record PaymentPayload
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>The offer that the client chose, as it sent it back; null by version 1, which has only scheme and network.</summary>
    public required AcceptedOffer? Accepted { get; init; }

    /// <summary>Version 1: the scheme; version 2: that of <see cref="Accepted"/>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Version 1: the network by x402's names (<c>base-sepolia</c>); version 2: CAIP-2, that of <see cref="Accepted"/>.</summary>
    public required string Network { get; init; }

    /// <summary><c>resource.url</c>, if it is there.</summary>
    public string? ResourceUrl { get; init; }

    /// <summary>What was signed.</summary>
    public required SignedTransfer Transfer { get; init; }

    /// <summary>The salt of the extension <c>assay-binding</c>, 16 bytes; null without it.</summary>
    public ReadOnlyMemory<byte>? BindingSalt { get; init; }

    /// <summary>The id of the extension <c>payment-identifier</c>; null without it.</summary>
    public string? PaymentIdentifier { get; init; }

    /// <summary>The message's JSON, as it came: what receipts bind, and facilitators are sent.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}
