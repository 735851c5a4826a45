using Assay.Evm;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>What may be signed without asking anybody. Nothing is allowed that isn't said here.</summary>
public sealed record PaymentPolicy
{
    /// <summary>The tokens, with their chains and limits.</summary>
    public required IReadOnlyList<AllowedToken> Tokens { get; init; }

    /// <summary>Who may be paid; null: anybody, within the limits.</summary>
    public IReadOnlyList<EvmAddress>? Payees { get; init; }

    /// <summary>Ways to pay. Permit2's need the payer's allowance to Permit2 beforehand, which is why they aren't in the default.</summary>
    public IReadOnlyList<TransferMethod> Methods { get; init; } = [TransferMethod.Eip3009];

    /// <summary>The least level that is paid for; null: any, and the server's first offer is taken. Others' offers have no level, and are refused when one is asked for.</summary>
    public VerificationLevel? Level { get; init; }

    /// <summary>The longest that a signature may hold: until then the payee can take the money.</summary>
    public TimeSpan LongestValidity { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The last word before anything is signed, for people and for rules that aren't here; null: no further question.</summary>
    public Func<PaymentRequirements, Uri, bool>? Approve { get; init; }
}
