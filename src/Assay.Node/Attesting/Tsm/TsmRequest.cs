using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Node.Attesting;

/// <summary>
/// One request to the kernel: a directory of its own, with a name that nobody else takes, which goes away whatever happens. The first
/// call that fails is kept; the ones after it do nothing.
/// </summary>
internal sealed class TsmRequest : IDisposable
{
    /// <summary>The longest blob that the kernel gives out, and evidence may be.</summary>
    private const int MaxBlob = 1 << 16;
    private const int RemoveAttempts = 8;

    private readonly ITsmReports _reports;
    private readonly string _name = "assay-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly bool _isMade;

    internal TsmRequest(ITsmReports reports)
    {
        _reports = reports;
        _isMade = Check(reports.Make(_name), "mkdir");
    }

    /// <summary>The kernel's error number, positive; 0 if all went well.</summary>
    internal int Error { get; private set; }

    /// <summary>What failed: <c>read outblob</c>.</summary>
    internal string Failed { get; private set; } = string.Empty;

    /// <summary>Writes, and counts it.</summary>
    internal void Write(string attribute, ReadOnlySpan<byte> value)
    {
        if (Error == 0 && Check(_reports.Write(_name, attribute, value), "write " + attribute))
        {
            Writes++;
        }
    }

    /// <summary>How often this request was written to, by us.</summary>
    internal ulong Writes { get; private set; }

    /// <summary>Reads a file; empty if it failed, and also if it's one that need not be there and isn't.</summary>
    internal byte[] Read(string attribute, bool optional = false)
    {
        if (Error != 0)
        {
            return [];
        }

        byte[] buffer = new byte[MaxBlob];
        int length = _reports.Read(_name, attribute, buffer);
        return optional && length == -Errno.NoEntry || !Check(length, "read " + attribute) ? [] : buffer[..length];
    }

    /// <summary>Reads a number; null if it failed or isn't one.</summary>
    internal ulong? ReadNumber(string attribute, bool optional = false)
    {
        byte[] text = Read(attribute, optional);
        return Utf8Parser.TryParse(text, out ulong number, out int consumed) && text.AsSpan(consumed) is [] or [(byte)'\n'] ? number : null;
    }

    /// <summary>Reads a line.</summary>
    internal string ReadLine(string attribute) => Encoding.ASCII.GetString(Read(attribute)).TrimEnd('\n');

    /// <summary>Writes a number.</summary>
    internal void WriteNumber(string attribute, ulong number) => Write(attribute, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int attempt = 0; _isMade && attempt < RemoveAttempts && IsPassing(-_reports.Remove(_name)); attempt++)
        {
            Thread.Sleep(1 << attempt);
        }
    }

    /// <summary>Whether asking again may help.</summary>
    private static bool IsPassing(int errno) => errno is Errno.Interrupted or Errno.Again or Errno.Busy;

    private bool Check(int result, string what)
    {
        if (result < 0)
        {
            (Error, Failed) = (-result, what);
        }

        return result >= 0;
    }
}
