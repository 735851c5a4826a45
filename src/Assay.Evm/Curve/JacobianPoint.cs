namespace Assay.Evm;

/// <summary>A point (X / Z², Y / Z³), or the point at infinity. Variable time: points here are public.</summary>
internal readonly struct JacobianPoint
{
    public readonly FieldElement X;
    public readonly FieldElement Y;
    public readonly FieldElement Z;
    public readonly bool IsFinite;

    public JacobianPoint(in FieldElement x, in FieldElement y, in FieldElement z) => (X, Y, Z, IsFinite) = (x, y, z, true);

    public JacobianPoint(in AffinePoint point)
        : this(point.X, point.Y, FieldElement.One)
    {
    }

    /// <summary>The point at infinity.</summary>
    public static JacobianPoint Infinity => default;

    /// <summary>The point with coordinates in normal form; it must be finite.</summary>
    public AffinePoint ToAffine()
    {
        FieldElement inverse = Z.Invert();
        FieldElement square = inverse.Square();
        return new AffinePoint((X * square).Normalise(), (Y * square * inverse).Normalise());
    }

    /// <summary>Twice the point. No point of this curve has y = 0, its order being odd.</summary>
    public JacobianPoint Double()
    {
        if (!IsFinite)
        {
            return this;
        }

        FieldElement square = X.Square(), s = Y.Square();
        FieldElement slope = (square + square + square).Halve();
        FieldElement t = -(s * X);
        FieldElement x = slope.Square() + t + t;
        return new JacobianPoint(x, -(((t + x) * slope) + s.Square()), Y * Z);
    }

    /// <summary>Sum with a point whose Z is 1.</summary>
    public JacobianPoint Add(in AffinePoint other)
    {
        if (!IsFinite)
        {
            return new JacobianPoint(other);
        }

        FieldElement zz = Z.Square();
        return Add(X, Y, other.X * zz, other.Y * zz * Z, Z);
    }

    /// <summary>Sum with another point, whose Z² and Z³ are known.</summary>
    public JacobianPoint Add(in JacobianPoint other, in FieldElement otherZz, in FieldElement otherZzz)
    {
        if (!IsFinite || !other.IsFinite)
        {
            return IsFinite ? this : other;
        }

        FieldElement zz = Z.Square();
        return Add(X * otherZz, Y * otherZzz, other.X * zz, other.Y * zz * Z, Z * other.Z);
    }

    /// <summary>Both points brought to a common Z.</summary>
    private static JacobianPoint Add(in FieldElement u1, in FieldElement s1, in FieldElement u2, in FieldElement s2, in FieldElement z)
    {
        FieldElement h = u2 - u1, i = s1 - s2;
        if (h.IsZero)
        {
            return i.IsZero ? new JacobianPoint(u1, s1, z).Double() : Infinity;
        }

        FieldElement minusSquare = -h.Square();
        FieldElement cube = minusSquare * h;
        FieldElement t = u1 * minusSquare;
        FieldElement x = i.Square() + cube + t + t;
        return new JacobianPoint(x, ((t + x) * i) + (cube * s1), z * h);
    }
}
