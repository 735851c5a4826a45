using System.Numerics;
using Assay.Evm;

namespace Assay.Node.Paying;

/// <summary>A node's price file (docs/payment.md), read at its start and never again.</summary>
public sealed record PriceFile
{
    /// <summary>The <c>profile</c> of a price file.</summary>
    public const string Profile = "assay/prices/v1";

    /// <summary>The name that stands for all models that aren't named.</summary>
    public const string Others = "*";

    /// <summary>The chain's number.</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>The chain's JSON-RPC: whether a payment was settled, it says for sure.</summary>
    public required Uri Rpc { get; init; }

    /// <summary>Who is paid.</summary>
    public required EvmAddress PayTo { get; init; }

    /// <summary>What is paid with.</summary>
    public required PricedToken Token { get; init; }

    /// <summary>Who settles.</summary>
    public required FacilitatorSettings Facilitator { get; init; }

    /// <summary>How long a payment must hold from the moment that it is made, in seconds; default 300, 60 to 3,600.</summary>
    public int MaxTimeoutSeconds { get; init; } = 300;

    /// <summary>Blocks that must lie on a settlement, its own counted; default 1, 1 to 1,000.</summary>
    public int Confirmations { get; init; } = 1;

    /// <summary>The address by which callers reach the node, behind a proxy; null: what they say in <c>Host</c>.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Whether offers and receipts are signed by x402's extension offer-receipt too.</summary>
    public bool SignsOffers { get; init; }

    /// <summary>Prices by model name, with <see cref="Others"/>.</summary>
    public required IReadOnlyDictionary<string, ModelPrices> Models { get; init; }

    /// <summary>Reads a price file; null with all its problems at once.</summary>
    public static PriceFile? TryParse(ReadOnlyMemory<byte> json, out IReadOnlyList<string> problems) => new PriceFileReader().TryRead(json, out problems);

    /// <summary>A model's prices; null: the file doesn't say, and then the node doesn't start.</summary>
    public ModelPrices? For(string model) => Models.GetValueOrDefault(model) ?? Models.GetValueOrDefault(Others);
}
