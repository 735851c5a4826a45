using System.Security.Cryptography;
using Assay.Primitives.Cbor;

namespace Assay.Testing.Attestation;

/// <summary>
/// Does what the kernel's device and the hypervisor behind it do with a message (drivers/misc/nsm.c; AWS's library for the messages):
/// the same bytes in and out, limits, error names, registers that lock, and documents signed by a leaf of three hours. Its certificates
/// are a <see cref="NitroPki"/>'s: nobody believes them who isn't told to. It was written from those sources; it is no hardware.
/// </summary>
public sealed class NsmDouble
{
    /// <summary>EMSGSIZE.</summary>
    public const int MessageTooLong = 90;

    private const int MaxRequest = 0x1000;
    private const int MaxResponse = 0x3000;
    private const int RegisterCount = 32;
    private const int LockedAtStart = 16;

    private readonly NitroPki _pki;
    private readonly Func<DateTimeOffset> _clock;
    private readonly byte[][] _registers;
    private readonly bool[] _locked;
    private SyntheticCertificate? _leaf;
    private DateTimeOffset _leafFrom;

    /// <summary>A device in an enclave of that pki's instance, with that clock.</summary>
    /// <param name="pki">Signs.</param>
    /// <param name="clock">The hypervisor's.</param>
    /// <param name="debug">A debug enclave: registers 0 to 2 are zero.</param>
    public NsmDouble(NitroPki pki, Func<DateTimeOffset> clock, bool debug = false)
    {
        _pki = pki;
        _clock = clock;
        _registers = [.. Enumerable.Range(0, RegisterCount).Select(i => i < 3 && !debug || i is 3 or 4 ? SHA384.HashData([(byte)i]) : new byte[48])];
        _locked = [.. Enumerable.Range(0, RegisterCount).Select(static i => i < LockedAtStart)];
    }

    /// <summary>Kernel error numbers for the next calls, each once: interrupted system calls, a busy device.</summary>
    public Queue<int> Failures { get; } = new();

    /// <summary>Changes what comes back: a device that lies.</summary>
    public Func<byte[], byte[]>? Tamper { get; set; }

    /// <summary>How many calls there were.</summary>
    public int Calls { get; private set; }

    /// <summary>Registers, by index.</summary>
    public IReadOnlyList<byte[]> Registers => _registers;

    /// <summary>What <c>ioctl(NSM_IOCTL_RAW)</c> does: a response's length, or a negative error number. A response that is too long is cut.</summary>
    public int Exchange(ReadOnlySpan<byte> request, Span<byte> response)
    {
        Calls++;
        if (Failures.TryDequeue(out int errno))
        {
            return -errno;
        }

        if (request.Length > MaxRequest)
        {
            return -MessageTooLong;
        }

        byte[] answer = Answer(request);
        answer = Tamper is null ? answer : Tamper(answer);
        int length = Math.Min(Math.Min(answer.Length, MaxResponse), response.Length);
        answer.AsSpan(0, length).CopyTo(response);
        return length;
    }

    private byte[] Answer(ReadOnlySpan<byte> request)
    {
        CborReader reader = new(request);
        if (reader.Peek() == CborKind.Text)
        {
            string command = reader.ReadText();
            reader.End();
            return reader.Error is not null ? Error("InvalidOperation") : command switch
            {
                "DescribeNSM" => Describe(),
                "GetRandom" => Answer("GetRandom", writer => Member(writer, "random", RandomNumberGenerator.GetBytes(256))),
                _ => Error("InvalidOperation"),
            };
        }

        reader.ReadMapHeader(1);
        string name = reader.ReadText();
        Dictionary<string, object?> arguments = [];
        for (int left = reader.ReadMapHeader(); left > 0 && reader.Error is null; left--)
        {
            string key = reader.ReadText();
            arguments[key] = reader.Peek() switch
            {
                CborKind.UnsignedInteger => reader.ReadUInt(),
                CborKind.Bytes => reader.ReadBytes().ToArray(),
                _ => ReadNull(ref reader),
            };
        }

        reader.End();
        return reader.Error is not null ? Error("InvalidOperation") : name switch
        {
            "Attestation" => Attest(arguments),
            "DescribePCR" => WithRegister(arguments, i => Answer(name, writer =>
            {
                writer.WriteMapHeader(2);
                writer.WriteText("lock");
                writer.WriteBool(_locked[i]);
                writer.WriteText("data");
                writer.WriteBytes(_registers[i]);
            })),
            "ExtendPCR" => WithRegister(arguments, i => Extend(i, arguments.GetValueOrDefault("data") as byte[] ?? [])),
            "LockPCR" => WithRegister(arguments, i => Lock(i, i + 1, name)),
            "LockPCRs" when arguments.GetValueOrDefault("range") is ulong range => range <= RegisterCount ? Lock(0, (int)range, name) : Error("InvalidIndex"),
            _ => Error("InvalidOperation"),
        };
    }

    private byte[] Attest(Dictionary<string, object?> arguments)
    {
        byte[]? userData = arguments.GetValueOrDefault("user_data") as byte[];
        byte[]? nonce = arguments.GetValueOrDefault("nonce") as byte[];
        byte[]? publicKey = arguments.GetValueOrDefault("public_key") as byte[];
        if (userData?.Length > 512 || nonce?.Length > 512 || publicKey?.Length > 1024)
        {
            return Error("InputTooLarge");
        }

        DateTimeOffset now = _clock();
        if (_leaf is null || now < _leafFrom || now > _leafFrom.AddHours(1))
        {
            (_leaf, _leafFrom) = (_pki.Leaf(now), now);
        }

        byte[] document = new NitroTemplate
        {
            Certificate = _leaf.Der,
            Bundle = _pki.Bundle,
            Timestamp = (ulong)now.ToUnixTimeMilliseconds(),
            Registers = [.. Enumerable.Range(0, RegisterCount).Where(i => _locked[i]).Select(i => ((ulong)i, _registers[i]))],
            UserData = userData,
            Nonce = nonce,
            PublicKey = publicKey,
        }.Sign(_leaf.Key);
        return Answer("Attestation", writer => Member(writer, "document", document));
    }

    private byte[] Extend(int index, byte[] data)
    {
        if (_locked[index])
        {
            return Error("ReadOnlyIndex");
        }

        _registers[index] = SHA384.HashData([.. _registers[index], .. data]);
        return Answer("ExtendPCR", writer => Member(writer, "data", _registers[index]));
    }

    private byte[] Lock(int from, int to, string command)
    {
        _locked.AsSpan(from, to - from).Fill(true);
        return NitroTemplate.Cbor(writer => writer.WriteText(command));
    }

    private byte[] Describe() => Answer("DescribeNSM", writer =>
    {
        writer.WriteMapHeader(7);
        writer.WriteText("version_major");
        writer.WriteUInt(1);
        writer.WriteText("version_minor");
        writer.WriteUInt(0);
        writer.WriteText("version_patch");
        writer.WriteUInt(0);
        writer.WriteText("module_id");
        writer.WriteText(NitroPki.ModuleId);
        writer.WriteText("max_pcrs");
        writer.WriteUInt(RegisterCount);
        writer.WriteText("locked_pcrs");
        int[] locked = [.. Enumerable.Range(0, RegisterCount).Where(i => _locked[i])];
        writer.WriteArrayHeader(locked.Length);
        foreach (int index in locked)
        {
            writer.WriteUInt((ulong)index);
        }

        writer.WriteText("digest");
        writer.WriteText("SHA384");
    });

    private static byte[] WithRegister(Dictionary<string, object?> arguments, Func<int, byte[]> answer) =>
        arguments.GetValueOrDefault("index") is not ulong index ? Error("InvalidArgument") : index < RegisterCount ? answer((int)index) : Error("InvalidIndex");

    private static byte[] Answer(string name, Action<CborWriter> write) => NitroTemplate.Cbor(writer =>
    {
        writer.WriteMapHeader(1);
        writer.WriteText(name);
        write(writer);
    });

    private static void Member(CborWriter writer, string name, byte[] value)
    {
        writer.WriteMapHeader(1);
        writer.WriteText(name);
        writer.WriteBytes(value);
    }

    private static byte[] Error(string name) => Answer("Error", writer => writer.WriteText(name));

    private static object? ReadNull(ref CborReader reader)
    {
        reader.ReadNull();
        return null;
    }
}
