namespace Assay.Attestation;

/// <summary>How the machine is set up (AMD 56860, "PLATFORM_INFO"). Firmware sets bits here before their meaning is published.</summary>
internal readonly record struct SnpPlatformInfo(ulong Bits)
{
    /// <summary>The firmware looked for aliased memory at boot (CVE-2024-21944, "BadRAM") and found none.</summary>
    internal bool AliasCheckComplete => ((Bits >> 5) & 1) != 0;

    /// <summary>What is on, for people.</summary>
    internal string Text()
    {
        List<string> words = [];
        for (int bit = 0; bit < 64; bit++)
        {
            if (((Bits >> bit) & 1) != 0)
            {
                words.Add(bit < Names.Length ? Names[bit] : $"bit-{bit}");
            }
        }

        return string.Join(", ", words);
    }

    private static string[] Names { get; } = ["smt", "tsme", "ecc", "no-rapl", "ciphertext-hiding", "alias-check-complete", "bit-6", "tio"];
}
