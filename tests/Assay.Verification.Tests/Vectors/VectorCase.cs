using System.Text;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

/// <summary>One vector: what a verifier is given, and what it has to find, said by hand.</summary>
internal sealed record VectorCase(string Name, string Note, Outcome Outcome, string Reason, IReadOnlyList<string> Failed, byte[] Bundle)
{
    public required string? Trust { get; init; }

    public bool FirstUse { get; init; }

    public DateTimeOffset Now { get; init; } = World.Now;

    public VerificationLevel? Require { get; init; }

    /// <summary>The policy that the caller requires, in any spelling.</summary>
    public string? Policy { get; init; }

    /// <summary>The policy that the caller sent.</summary>
    public string? AskedPolicy { get; init; }

    public string? Model { get; init; }

    /// <summary>The verifier's own policies for attested hardware, in any spelling.</summary>
    public IReadOnlyList<string> AttestationPolicies { get; init; } = [];

    /// <summary>Outcome, reason and detail of <c>tee/appraised</c> where hardware isn't appraised; null for vectors without any.</summary>
    public (string Outcome, string Reason, string Tee)? Elsewhere { get; init; }

    /// <summary>The text of a file of chain facts; null: no chain was asked.</summary>
    public string? Chain { get; init; }

    public ulong Confirmations { get; init; } = 1;

    public byte[]? Request { get; init; }

    public byte[]? Response { get; init; }

    /// <summary>What the verifier says.</summary>
    public Verdict Verdict => field ??= Verifier.Verify(Input());

    public VerificationInput Input() => new()
    {
        Bundle = Bundle,
        Trust = Trust is null ? null : World.ParseTrust(Trust),
        FirstUse = FirstUse,
        Now = Now,
        Require = Require,
        Policy = Read(Policy),
        AskedPolicy = Read(AskedPolicy),
        CalledModel = Model,
        Attestation = new AttestationTrust { Policies = [.. AttestationPolicies.Select(Hardware.Read)] },
        Chain = Chain is null ? null : ChainFactsJson.TryRead(Encoding.UTF8.GetBytes(Chain)) ?? throw new InvalidOperationException(Chain),
        Confirmations = Confirmations,
        RequestBytes = Request is null ? null : (ReadOnlyMemory<byte>?)Request,
        ResponseBytes = Response is null ? null : (ReadOnlyMemory<byte>?)Response,
    };

    private static PolicyDocument? Read(string? text) =>
        text is null ? null : PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out PolicyFault? fault) ?? throw new InvalidOperationException(fault!.ToString());
}
