using System.Collections.Immutable;
using System.Numerics;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// A proof as it goes with a bundle and in a proof file (spec/proofs.md, "In a bundle"). Reading one checks its form only; key and
/// proof aren't looked into.
/// </summary>
public sealed class AttachedProof
{
    /// <summary>Most bytes of a key, and of a proof: 32 MiB.</summary>
    public const int MaxPartLength = 1 << 25;

    /// <summary>Most runs in a proof.</summary>
    public const int MaxBatch = 65536;

    /// <summary>Most items of one receipt in a proof.</summary>
    public const int MaxOpenings = 1024;

    /// <summary>Most registrations.</summary>
    public const int MaxRegistrations = 8;

    private AttachedProof(
        ReadOnlyMemory<byte> key, int batch, ReadOnlyMemory<byte> runsDigest, ImmutableArray<ProofOpening> openings, ReadOnlyMemory<byte> proof, ImmutableArray<ProofRegistration> registrations)
    {
        Key = key;
        Batch = batch;
        RunsDigest = runsDigest;
        Openings = openings;
        Proof = proof;
        Registrations = registrations;
    }

    /// <summary>The proof key's bytes.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>Runs in the proof, from 1.</summary>
    public int Batch { get; }

    /// <summary>D of a proof of many runs, 32 bytes; empty for one.</summary>
    public ReadOnlyMemory<byte> RunsDigest { get; }

    /// <summary>The receipt's items in a proof of many runs, ascending by run; empty for one.</summary>
    public ImmutableArray<ProofOpening> Openings { get; }

    /// <summary>The proof's bytes.</summary>
    public ReadOnlyMemory<byte> Proof { get; }

    /// <summary>Who says that the key is the model's, strictly ascending by digest.</summary>
    public ImmutableArray<ProofRegistration> Registrations { get; }

    /// <summary>A proof of one run.</summary>
    /// <exception cref="ArgumentException">A part has a wrong length.</exception>
    public static AttachedProof One(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> proof, IEnumerable<ProofRegistration> registrations) =>
        Create(key, 1, default, [], proof, registrations);

    /// <summary>A proof of many runs, with the openings of one receipt's items.</summary>
    /// <param name="runsDigest">D, 32 bytes.</param>
    /// <exception cref="ArgumentException">A part has a wrong length, or openings don't ascend.</exception>
    public static AttachedProof Many(
        ReadOnlyMemory<byte> key, int batch, ReadOnlyMemory<byte> runsDigest, ImmutableArray<ProofOpening> openings, ReadOnlyMemory<byte> proof, IEnumerable<ProofRegistration> registrations) =>
        Create(key, batch, runsDigest, openings, proof, registrations);

    /// <summary>The same with other registrations, in any order; at most <see cref="MaxRegistrations"/>.</summary>
    public AttachedProof WithRegistrations(IEnumerable<ProofRegistration> registrations) => new(Key, Batch, RunsDigest, Openings, Proof, Sorted(registrations));

    /// <summary>The array's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(Key.Length + Proof.Length + 1024);
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>Reads one; keeps views of <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.BundleProof"/>, <c>cbor/…</c> and the registrations'.</summary>
    public static AttachedProof? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        AttachedProof? proof = Read(ref reader, bytes);
        reader.End();
        error = reader.Error;
        return error is null ? proof : null;
    }

    internal static int PathLength(int batch) => BitOperations.Log2((uint)batch) + (BitOperations.IsPow2(batch) ? 0 : 1);

    internal void Write(CborWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.WriteBytes(Key.Span);
        writer.WriteUInt((ulong)Batch);
        if (RunsDigest.IsEmpty)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBytes(RunsDigest.Span);
        }

        writer.WriteArrayHeader(Openings.Length);
        foreach (ProofOpening opening in Openings)
        {
            writer.WriteArrayHeader(3);
            writer.WriteUInt((ulong)opening.Run);
            writer.WriteBytes(opening.Salt.Span);
            writer.WriteArrayHeader(opening.Path.Length);
            foreach (ReadOnlyMemory<byte> node in opening.Path)
            {
                writer.WriteBytes(node.Span);
            }
        }

        writer.WriteBytes(Proof.Span);
        writer.WriteArrayHeader(Registrations.Length);
        foreach (ProofRegistration registration in Registrations)
        {
            writer.WriteBytes(registration.Bytes.Span);
        }
    }

    /// <summary>Null after an error, which the reader keeps.</summary>
    internal static AttachedProof? Read(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        reader.ReadArrayHeader(6);
        ReadOnlyMemory<byte> key = reader.ReadBytesOf(source);
        ulong batch = reader.ReadUInt();
        ReadOnlyMemory<byte> digest = default;
        if (reader.Peek() == CborKind.Null)
        {
            reader.ReadNull();
        }
        else
        {
            digest = reader.ReadBytesOf(source);
        }

        if (batch is 0 or > MaxBatch)
        {
            reader.Fail(ReceiptErrors.BundleProof);
        }

        ImmutableArray<ProofOpening> openings = ReadOpenings(ref reader, source, reader.Error is null ? (int)batch : 1);
        ReadOnlyMemory<byte> proof = reader.ReadBytesOf(source);
        ImmutableArray<ProofRegistration> registrations = ReadRegistrations(ref reader, source);
        if (reader.Error is null && !Fits(key, (int)batch, digest, openings, proof))
        {
            reader.Fail(ReceiptErrors.BundleProof);
        }

        return reader.Error is null ? new AttachedProof(key, (int)batch, digest, openings, proof, registrations) : null;
    }

    private static AttachedProof Create(
        ReadOnlyMemory<byte> key, int batch, ReadOnlyMemory<byte> digest, ImmutableArray<ProofOpening> openings, ReadOnlyMemory<byte> proof, IEnumerable<ProofRegistration> registrations) =>
        Fits(key, batch, digest, openings, proof)
            ? new AttachedProof(key, batch, digest, openings, proof, Sorted(registrations))
            : throw new ArgumentException("The parts don't fit spec/proofs.md.", nameof(batch));

    private static bool Fits(ReadOnlyMemory<byte> key, int batch, ReadOnlyMemory<byte> digest, ImmutableArray<ProofOpening> openings, ReadOnlyMemory<byte> proof)
    {
        if (key.Length is 0 or > MaxPartLength || proof.Length is 0 or > MaxPartLength || batch is < 1 or > MaxBatch
            || digest.Length != (batch == 1 ? 0 : Digest32.Size)
            || (batch == 1 ? !openings.IsEmpty : openings.Length is 0 or > MaxOpenings))
        {
            return false;
        }

        int last = -1;
        foreach (ProofOpening opening in openings)
        {
            if (opening.Run <= last || opening.Run >= batch || opening.Salt.Length != ProofOpening.SaltSize
                || opening.Path.Length != PathLength(batch) || opening.Path.Any(static node => node.Length != ProofOpening.NodeSize))
            {
                return false;
            }

            last = opening.Run;
        }

        return true;
    }

    private static ImmutableArray<ProofOpening> ReadOpenings(ref CborReader reader, ReadOnlyMemory<byte> source, int batch)
    {
        int count = reader.ReadArrayHeader();
        if (count > MaxOpenings)
        {
            reader.Fail(ReceiptErrors.BundleProof);
        }

        ImmutableArray<ProofOpening>.Builder openings = ImmutableArray.CreateBuilder<ProofOpening>();
        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            reader.ReadArrayHeader(3);
            ulong run = reader.ReadUInt();
            ReadOnlyMemory<byte> salt = reader.ReadBytesOf(source);
            int length = reader.ReadArrayHeader();
            if (run >= (ulong)batch || length != PathLength(batch))
            {
                reader.Fail(ReceiptErrors.BundleProof);
            }

            ImmutableArray<ReadOnlyMemory<byte>>.Builder path = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            for (int nodes = length; nodes > 0 && reader.Error is null; nodes--)
            {
                path.Add(reader.ReadBytesOf(source));
            }

            openings.Add(new ProofOpening(reader.Error is null ? (int)run : 0, salt, path.ToImmutable()));
        }

        return openings.ToImmutable();
    }

    private static ImmutableArray<ProofRegistration> ReadRegistrations(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        int count = reader.ReadArrayHeader();
        if (count > MaxRegistrations)
        {
            reader.Fail(ReceiptErrors.BundleProof);
        }

        ImmutableArray<ProofRegistration>.Builder registrations = ImmutableArray.CreateBuilder<ProofRegistration>();
        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            ReadOnlyMemory<byte> bytes = reader.ReadBytesOf(source);
            if (reader.Error is not null)
            {
                break;
            }

            if (ProofRegistration.TryDecode(bytes, out string? error) is not { } registration)
            {
                reader.Fail(error!);
                break;
            }

            if (registrations.Count > 0 && Digest32.Compare(registrations[^1].Digest, registration.Digest) >= 0)
            {
                reader.Fail(ReceiptErrors.BundleProof);
            }

            registrations.Add(registration);
        }

        return registrations.ToImmutable();
    }

    private static ImmutableArray<ProofRegistration> Sorted(IEnumerable<ProofRegistration> registrations) =>
        [.. registrations
            .DistinctBy(static item => item.Digest)
            .Take(MaxRegistrations)
            .Order(Comparer<ProofRegistration>.Create(static (a, b) => Digest32.Compare(a.Digest, b.Digest)))];
}
