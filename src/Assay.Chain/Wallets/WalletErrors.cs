namespace Assay.Chain;

/// <summary>Why a wallet's file can't be used (docs/errors.md). No message holds any part of a key or passphrase.</summary>
public static class WalletErrors
{
    /// <summary>Others than its owner could read or change the file.</summary>
    public const string Mode = "wallet/mode";

    /// <summary>The file isn't there, or can't be read or written.</summary>
    public const string Unreadable = "wallet/unreadable";

    /// <summary>There is such a file already: no key is overwritten.</summary>
    public const string Exists = "wallet/exists";

    /// <summary>The file isn't a keystore of version 3, or is cut off or damaged.</summary>
    public const string Malformed = "wallet/malformed";

    /// <summary>The file wants another cipher or derivation than the format's, or more memory or work than is spent on a file.</summary>
    public const string Parameters = "wallet/parameters";

    /// <summary>The passphrase is wrong. Where ciphertext or salt were altered it looks the same: the format can't tell these apart.</summary>
    public const string PassphraseWrong = "wallet/passphrase-wrong";

    /// <summary>The passphrase is right, and the key isn't that of the address that the file names.</summary>
    public const string OtherAddress = "wallet/other-address";
}
