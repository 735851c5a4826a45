namespace Assay.Attestation;

/// <summary>The guest policy that the guest was launched with (AMD 56860, "Guest Policy"). It isn't part of the measurement.</summary>
internal readonly record struct SnpGuestPolicy(ulong Bits)
{
    internal byte AbiMinor => (byte)Bits;

    internal byte AbiMajor => (byte)(Bits >> 8);

    internal bool Smt => Has(16);

    /// <summary>Reserved, always one.</summary>
    internal bool HasReservedOne => Has(17);

    internal bool MigrationAgent => Has(18);

    internal bool Debug => Has(19);

    internal bool SingleSocket => Has(20);

    internal bool Cxl => Has(21);

    /// <summary>Bits that have no published meaning.</summary>
    internal bool HasUnknown => Bits >> 26 != 0;

    /// <summary>What it demands and allows, for people.</summary>
    internal string Text()
    {
        List<string> words = [$"abi {AbiMajor}.{AbiMinor}"];
        Add(words, 16, "smt");
        Add(words, 18, "migration-agent");
        Add(words, 19, "debug");
        Add(words, 20, "single-socket");
        Add(words, 21, "cxl");
        Add(words, 22, "aes-256-xts");
        Add(words, 23, "no-rapl");
        Add(words, 24, "ciphertext-hiding");
        Add(words, 25, "no-page-swap");
        return string.Join(", ", words);
    }

    private void Add(List<string> words, int bit, string word)
    {
        if (Has(bit))
        {
            words.Add(word);
        }
    }

    private bool Has(int bit) => ((Bits >> bit) & 1) != 0;
}
