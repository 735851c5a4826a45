using System.Globalization;
using System.Text;

namespace Assay.Testing.Attestation;

/// <summary>
/// Does what the kernel's report folder does with calls (drivers/virt/coco/guest/report.c, fs/configfs/file.c): directories that come with
/// their files and go with them, one buffer for each file that is opened for writing, taken when it's closed; a counter of writes; reports
/// made anew when they're read after a write; error numbers. Written from those sources; it is no hardware.
/// </summary>
/// <param name="provider"><c>sev_guest</c>, <c>tdx_guest</c>; null: no driver is loaded.</param>
/// <param name="report">Makes report and certificate table of 64 bytes and a privilege level.</param>
public sealed class TsmDouble(string? provider, Func<byte[], uint, (byte[] Report, byte[] Certificates)> report)
{
    private const int MaxInput = 64;
    private const int MaxOutput = 1 << 15;
    private const uint MaxPrivilegeLevel = 3;

    private readonly Dictionary<string, Request> _requests = [];

    /// <summary>Who answers.</summary>
    public string? Provider { get; set; } = provider;

    /// <summary>The lowest privilege level that this guest may ask for: above zero under a paravisor.</summary>
    public uint PrivilegeFloor { get; init; }

    /// <summary>Error numbers of next calls, each once, by call: <c>mkdir</c>, <c>rmdir</c>, <c>write inblob</c>, <c>read outblob</c>.</summary>
    public Queue<(string Call, int Errno)> Failures { get; } = new();

    /// <summary>Runs before a report is read: another process that writes to the same directory, say.</summary>
    public Action<TsmDouble, string>? BeforeReport { get; set; }

    /// <summary>Directories that are there.</summary>
    public IReadOnlyCollection<string> Requests => _requests.Keys;

    /// <summary>Every name that was ever made.</summary>
    public List<string> Made { get; } = [];

    /// <summary>How many reports were made.</summary>
    public int Reports { get; private set; }

    /// <summary>mkdir.</summary>
    public int Make(string name)
    {
        if (Fails("mkdir", out int errno))
        {
            return errno;
        }

        if (Provider is null)
        {
            return -6;
        }

        Made.Add(name);
        return _requests.TryAdd(name, new Request()) ? 0 : -17;
    }

    /// <summary>rmdir.</summary>
    public int Remove(string name) => Fails("rmdir", out int errno) ? errno : _requests.Remove(name) ? 0 : -2;

    /// <summary>open, write, close.</summary>
    public int Write(string name, string attribute, ReadOnlySpan<byte> value)
    {
        if (Fails("write " + attribute, out int errno))
        {
            return errno;
        }

        if (!_requests.TryGetValue(name, out Request? request))
        {
            return -2;
        }

        switch (attribute)
        {
            case "inblob":
                if (value.Length > MaxInput)
                {
                    return -27;
                }

                request.Input = value.ToArray();
                break;
            case "privlevel" when IsSnp:
                if (!uint.TryParse(Encoding.ASCII.GetString(value).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out uint level) || level < PrivilegeFloor || level > MaxPrivilegeLevel)
                {
                    return -22;
                }

                request.PrivilegeLevel = level;
                break;
            case "outblob" or "auxblob" or "generation" or "provider" or "privlevel_floor":
                return -13;
            default:
                return -2;
        }

        request.Writes++;
        return 0;
    }

    /// <summary>open, read to the end, close.</summary>
    public int Read(string name, string attribute, Span<byte> buffer)
    {
        if (Fails("read " + attribute, out int errno))
        {
            return errno;
        }

        if (!_requests.TryGetValue(name, out Request? request))
        {
            return -2;
        }

        if (Provider is null)
        {
            return -6;
        }

        switch (attribute)
        {
            case "provider":
                return Copy(Encoding.ASCII.GetBytes(Provider + "\n"), buffer);
            case "generation":
                return Copy(Encoding.ASCII.GetBytes(request.Writes.ToString(CultureInfo.InvariantCulture) + "\n"), buffer);
            case "privlevel_floor" when IsSnp:
                return Copy(Encoding.ASCII.GetBytes(PrivilegeFloor.ToString(CultureInfo.InvariantCulture) + "\n"), buffer);
            case "outblob":
                BeforeReport?.Invoke(this, name);
                errno = Answer(request);
                return errno < 0 ? errno : Copy(request.Output!, buffer);
            case "auxblob" when IsSnp:
                errno = Answer(request);
                return errno < 0 ? errno : Copy(request.Certificates!, buffer);
            case "inblob" or "privlevel":
                return -13;
            default:
                return -2;
        }
    }

    private bool IsSnp => Provider == "sev_guest";

    private int Answer(Request request)
    {
        if (request.Input.Length == 0)
        {
            return -22;
        }

        if (request.Output is not null && request.Answered == request.Writes)
        {
            return 0;
        }

        // Both drivers take 64 bytes and nothing else; the firmware refuses a level that isn't the guest's.
        if (request.Input.Length != MaxInput)
        {
            return -22;
        }

        if (IsSnp && request.PrivilegeLevel < PrivilegeFloor)
        {
            return -5;
        }

        (request.Output, request.Certificates) = report(request.Input, request.PrivilegeLevel);
        Reports++;
        request.Answered = request.Writes;
        return request.Output.Length > MaxOutput ? -27 : 0;
    }

    private bool Fails(string call, out int errno)
    {
        errno = 0;
        if (Failures.TryPeek(out (string Call, int Errno) next) && next.Call == call)
        {
            errno = -Failures.Dequeue().Errno;
        }

        return errno != 0;
    }

    private static int Copy(byte[] bytes, Span<byte> buffer)
    {
        if (bytes.Length > buffer.Length)
        {
            return -27;
        }

        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    private sealed class Request
    {
        internal byte[] Input { get; set; } = [];

        internal uint PrivilegeLevel { get; set; }

        internal ulong Writes { get; set; }

        internal ulong Answered { get; set; }

        internal byte[]? Output { get; set; }

        internal byte[]? Certificates { get; set; }
    }
}
