namespace Assay.Files;

/// <summary>Why a file with a private key can't be used (docs/errors.md). No message holds any part of a key or passphrase.</summary>
public static class KeyFileErrors
{
    /// <summary>Others than its owner could read or change a key file or passphrase file.</summary>
    public const string Mode = "nodekey/mode";

    /// <summary>A key file isn't there, or can't be read.</summary>
    public const string Unreadable = "nodekey/unreadable";

    /// <summary>A key file or variable isn't a key of the right kind: cut off, altered, another algorithm.</summary>
    public const string Malformed = "nodekey/malformed";

    /// <summary>A key file is encrypted and there is no passphrase.</summary>
    public const string PassphraseNeeded = "nodekey/passphrase-needed";

    /// <summary>The passphrase is wrong, or the file was altered; encryption can't tell these apart.</summary>
    public const string PassphraseWrong = "nodekey/passphrase-wrong";

    /// <summary>There is a passphrase, but a key file isn't encrypted: whoever gave it believes otherwise.</summary>
    public const string NotEncrypted = "nodekey/not-encrypted";

    /// <summary>A passphrase is empty, too long or not text.</summary>
    public const string Passphrase = "nodekey/passphrase";
}
