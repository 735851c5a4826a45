using System.Security.Cryptography;
using System.Text;

namespace Assay.Files;

/// <summary>The passphrase of key files. Never printed: its text is only handed to key derivations.</summary>
public sealed class KeyPassphrase : IDisposable
{
    /// <summary>The environment variable of a node's passphrase; removed from this process's environment once read.</summary>
    public const string Variable = "ASSAY_KEY_PASSPHRASE";

    /// <summary>The environment variable of a replay peer's passphrase.</summary>
    public const string PeerVariable = "ASSAY_REPLAYER_PASSPHRASE";

    /// <summary>The environment variable of a model publisher's passphrase.</summary>
    public const string PublisherVariable = "ASSAY_PUBLISHER_PASSPHRASE";

    private const int MaximumBytes = 4096;
    private readonly char[] _text;

    private KeyPassphrase(char[] text) => _text = text;

    internal ReadOnlySpan<char> Text => _text;

    /// <summary>A passphrase that is given as text.</summary>
    /// <exception cref="KeyException">It is empty or too long.</exception>
    public static KeyPassphrase Of(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaximumBytes
        ? new KeyPassphrase(text.ToArray())
        : throw new KeyException(KeyFileErrors.Passphrase, $"A passphrase has 1 to {MaximumBytes} characters.");

    /// <summary>Reads a file that only its owner can use; one line end at its end doesn't belong to the passphrase.</summary>
    /// <exception cref="KeyException">It can't be used.</exception>
    public static KeyPassphrase FromFile(string path)
    {
        byte[] bytes = ProtectedKeyFile.ReadOwnerOnly(path, MaximumBytes);
        try
        {
            ReadOnlySpan<byte> line = bytes.AsSpan().TrimEnd("\r\n"u8);
            if (line.IsEmpty || bytes.Length - line.Length > 2)
            {
                throw new KeyException(KeyFileErrors.Passphrase, $"{path}: a passphrase is one line and not empty.");
            }

            char[] text = new char[Encoding.UTF8.GetCharCount(line)];
            Encoding.UTF8.GetChars(line, text);
            return text.AsSpan().ContainsAny("\r\n\0\uFFFD") ? throw new KeyException(KeyFileErrors.Passphrase, $"{path}: a passphrase is one line of UTF-8 text.") : new KeyPassphrase(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Takes the passphrase out of the environment; null if there is none.</summary>
    /// <param name="variable">Its name; another program's passphrase has another.</param>
    public static KeyPassphrase? TakeFromEnvironment(string variable = Variable)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return text is null ? null : Of(text);
    }

    /// <summary>Its UTF-8, for a derivation elsewhere than in <see cref="ProtectedKeyFile"/>; zero it after use.</summary>
    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text);

    /// <inheritdoc/>
    public override string ToString() => "(passphrase)";

    /// <inheritdoc/>
    public void Dispose() => Array.Clear(_text);
}
