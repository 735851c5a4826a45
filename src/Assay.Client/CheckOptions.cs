using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>What an answer must meet, and by whose word.</summary>
public sealed record CheckOptions
{
    /// <summary>The trust file. Null only together with <see cref="FirstUse"/>.</summary>
    public required TrustFile? Trust { get; init; }

    /// <summary>Take the node's keys on first use: you learn that they signed, not whose they are.</summary>
    public bool FirstUse { get; init; }

    /// <summary>What must be established; where a level or policy is asked for in the same call, both. Null: what was asked for.</summary>
    public VerificationLevel? Require { get; init; }

    /// <summary>The policy that must be met, together with <see cref="Require"/> if both are given.</summary>
    public PolicyDocument? Policy { get; init; }

    /// <summary>The policy that was sent with the request: a receipt that was signed for another one is refused.</summary>
    public PolicyDocument? AskedPolicy { get; init; }

    /// <summary>Re-executes; null: no replay.</summary>
    public IReplayer? Replayer { get; init; }

    /// <summary>Asks language models again; null: chats aren't replayed.</summary>
    public IChatReplayer? ChatReplayer { get; init; }

    /// <summary>What is demanded of attested hardware, and what was heard from its vendors; issuers of policies are the trust file's.</summary>
    public AttestationTrust Attestation { get; init; } = AttestationTrust.None;

    /// <summary>Computes a proof key's root again; null: publishers of the trust file are believed only.</summary>
    public IModelWeights? Weights { get; init; }

    /// <summary>These options where a policy was asked for: it is required, and what they require themselves besides. Nothing here can make it less.</summary>
    /// <exception cref="ArgumentException">They name another policy as the one that was asked for, or one that can't be joined with it.</exception>
    internal CheckOptions Asking(PolicyDocument asked)
    {
        if (AskedPolicy is { } said && said.Digest != asked.Digest)
        {
            throw new ArgumentException($"The options say that {said.Name} is asked for, and here it is {asked.Name}: leave AskedPolicy out.", nameof(asked));
        }

        return this with { AskedPolicy = asked, Policy = Joined(asked) };
    }

    /// <summary>What a verifier is given.</summary>
    internal VerificationInput Input(ReadOnlyMemory<byte> bundle, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> response, DateTimeOffset now) => new()
    {
        Bundle = bundle,
        Trust = Trust,
        FirstUse = FirstUse,
        Require = Require,
        Policy = Policy,
        AskedPolicy = AskedPolicy,
        Now = now,
        RequestBytes = request,
        ResponseBytes = response,
        Replayer = Replayer,
        ChatReplayer = ChatReplayer,
        Weights = Weights,
        Attestation = Attestation,
    };

    // A verifier raises it by Require.
    private PolicyDocument Joined(PolicyDocument asked) =>
        Policy is not { } own || asked.Includes(own) ? asked
        : own.Includes(asked) ? own
        : asked.IsLevel ? own.Raise(asked.Level)
        : own.IsLevel ? asked.Raise(own.Level)
        : throw new ArgumentException("Of the policy that is asked for and the one in the options each requires what the other doesn't: give one policy that has all of it.", nameof(asked));
}
