namespace Assay.Verification;

/// <summary>Error codes of <see cref="TrustFile"/> (spec/trust.md, "Errors").</summary>
public static class TrustErrors
{
    /// <summary>Longer than 1 MiB, or more than 4096 statements.</summary>
    public const string TooLarge = "trust/too-large";

    /// <summary>Not UTF-8.</summary>
    public const string Utf8 = "trust/utf8";

    /// <summary>A control character other than a tab, a line feed, or a carriage return right before one.</summary>
    public const string Control = "trust/control";

    /// <summary>A line's first word is no kind of statement.</summary>
    public const string UnknownKind = "trust/unknown-kind";

    /// <summary>A line has too few or too many words for its kind.</summary>
    public const string Words = "trust/words";

    /// <summary>Not a verifier key of an Ed25519 log (C2SP signed-note, type 0x01).</summary>
    public const string LogKey = "trust/log-key";

    /// <summary>Not a verifier key of an Ed25519 witness (C2SP tlog-cosignature, type 0x04).</summary>
    public const string WitnessKey = "trust/witness-key";

    /// <summary>Not 128 digits 0-9a-f of a point of P-256.</summary>
    public const string PartyKey = "trust/party-key";

    /// <summary>Not 64 digits 0-9a-f.</summary>
    public const string NodeDigest = "trust/node-digest";

    /// <summary>A publisher isn't named by 64 digits 0-9a-f.</summary>
    public const string Publisher = "trust/publisher";

    /// <summary>A policy issuer or platform endorser isn't named by 64 digits 0-9a-f.</summary>
    public const string Thumbprint = "trust/thumbprint";

    /// <summary>A least version isn't 1 to 999999999999999 without a leading zero.</summary>
    public const string Version = "trust/version";

    /// <summary>Not a time like <c>2026-11-21T12:00:00Z</c>, from 1970 to 9999.</summary>
    public const string Time = "trust/time";

    /// <summary>An address that doesn't begin with <c>https://</c> or <c>http://</c>.</summary>
    public const string Url = "trust/url";

    /// <summary>The name <c>none</c> can't be given to anything.</summary>
    public const string NameReserved = "trust/name-reserved";

    /// <summary>The same statement, name or key stands twice, or a second <c>quorum</c>.</summary>
    public const string Repeated = "trust/repeated";

    /// <summary>One key is that of a log and of a witness: nobody is witness to itself.</summary>
    public const string WitnessIsLog = "trust/witness-is-log";

    /// <summary>A group's threshold is neither <c>any</c> nor <c>all</c> nor a number from 1 to its members' count.</summary>
    public const string Threshold = "trust/threshold";

    /// <summary>A group or the quorum names something that no line above defines as a witness or a group.</summary>
    public const string Undefined = "trust/undefined";

    /// <summary>A name is a member of two groups, or twice of one.</summary>
    public const string MemberRepeated = "trust/member-repeated";

    /// <summary>There are witnesses, but no line says how many of them are needed.</summary>
    public const string NoQuorum = "trust/no-quorum";
}
