namespace Assay.Receipts;

/// <summary>A key set's time in a log: from the entry that brought it to the one that left it, and its revocation.</summary>
public sealed class KeyTenure
{
    internal KeyTenure(KeySet set, ulong since)
    {
        Set = set;
        Since = since;
    }

    /// <summary>The key set.</summary>
    public KeySet Set { get; }

    /// <summary>The entry that brought it; its receipts come after that.</summary>
    public ulong Since { get; }

    /// <summary>The entry that brought the next one; its receipts come before that. The greatest number while it is in force.</summary>
    public ulong Until { get; internal set; } = ulong.MaxValue;

    /// <summary>Of its revocations the one from the earliest moment on; null: it isn't revoked.</summary>
    public KeyRevocation? Revocation { get; private set; }

    /// <summary>The entry of its first revocation.</summary>
    public ulong RevokedAt { get; private set; }

    // The first one counts for the place, the earliest time for the time.
    internal void Revoke(KeyRevocation revocation, ulong index)
    {
        RevokedAt = Revocation is null ? index : RevokedAt;
        Revocation = Revocation is { } earlier && earlier.From <= revocation.From ? earlier : revocation;
    }
}
