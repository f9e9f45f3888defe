;; Walks over JSON text of one line in memory. Somewhere behind where it begins stands a byte that belongs to no such text, as
;; a line feed or a zero, and 16 bytes from there on are there to be read: nothing below looks at a byte without having gone
;; over the one before it.
(module
  (memory (export "memory") 17)

  ;; The next byte from $at on that is a quote, a backslash or a control character; 16 bytes in each step.
  (func $run_end (param $at i32) (result i32)
    (local $bytes v128) (local $stops i32)
    (loop $step (result i32)
      (local.set $bytes (v128.load align=1 (local.get $at)))
      (local.set $stops
        (i8x16.bitmask
          (v128.or
            (i8x16.eq (i8x16.min_u (local.get $bytes) (i8x16.splat (i32.const 0x1f))) (local.get $bytes))
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))))))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $step)))
      (i32.add (local.get $at) (i32.ctz (local.get $stops)))))

  ;; Behind the closing quote of a string without escapes whose opening quote is at $at, or -1.
  (func $plain_string_end (param $at i32) (result i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)) (then (return (i32.const -1))))
    (local.set $at (call $run_end (i32.add (local.get $at) (i32.const 1))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)) (then (return (i32.const -1))))
    (i32.add (local.get $at) (i32.const 1)))

  ;; The same of a string with any escapes.
  (func $string_end (param $at i32) (result i32)
    (local $byte i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)) (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (loop $run
      (local.set $at (call $run_end (local.get $at)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $byte) (i32.const 0x22)) (then (return (i32.add (local.get $at) (i32.const 1)))))
      (if (i32.ne (local.get $byte) (i32.const 0x5c)) (then (return (i32.const -1))))
      (local.set $at (call $escape_end (i32.add (local.get $at) (i32.const 1))))
      (br_if $run (i32.ne (local.get $at) (i32.const -1))))
    (i32.const -1))

  ;; Behind what follows a backslash, or -1.
  (func $escape_end (param $at i32) (result i32)
    (local $byte i32) (local $digits i32)
    (local.set $byte (i32.load8_u (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (if (i32.ne (local.get $byte) (i32.const 0x75)) ;; u
      (then
        (return
          (select
            (local.get $at)
            (i32.const -1)
            (i32.or
              (i32.or
                (i32.or (i32.eq (local.get $byte) (i32.const 0x22)) (i32.eq (local.get $byte) (i32.const 0x5c)))
                (i32.or (i32.eq (local.get $byte) (i32.const 0x2f)) (i32.eq (local.get $byte) (i32.const 0x62))))
              (i32.or
                (i32.or (i32.eq (local.get $byte) (i32.const 0x66)) (i32.eq (local.get $byte) (i32.const 0x6e)))
                (i32.or (i32.eq (local.get $byte) (i32.const 0x72)) (i32.eq (local.get $byte) (i32.const 0x74)))))))))
    (loop $digit
      (local.set $byte (i32.load8_u (local.get $at)))
      (if
        (i32.eqz
          (i32.or
            (call $is_digit (local.get $byte))
            ;; a to f in either case.
            (i32.lt_u (i32.sub (i32.or (local.get $byte) (i32.const 0x20)) (i32.const 0x61)) (i32.const 6))))
        (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $digits (i32.add (local.get $digits) (i32.const 1)))
      (br_if $digit (i32.lt_u (local.get $digits) (i32.const 4))))
    (local.get $at))

  (func $is_digit (param $byte i32) (result i32)
    (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 10)))

  ;; Behind blanks and tabs; a line holds no line feed, and a carriage return is refused.
  (func $space_end (param $at i32) (result i32)
    (local $byte i32)
    (loop $step
      (local.set $byte (i32.load8_u (local.get $at)))
      ;; Most often there are none.
      (if (i32.gt_u (local.get $byte) (i32.const 0x20)) (then (return (local.get $at))))
      (if (i32.or (i32.eq (local.get $byte) (i32.const 0x20)) (i32.eq (local.get $byte) (i32.const 0x09)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $step))))
    (local.get $at))

  ;; Where the value begins whose key does at $at, or -1.
  (func $key_end (param $at i32) (result i32)
    (local.set $at (call $string_end (local.get $at)))
    (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
    (local.set $at (call $space_end (local.get $at)))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)) (then (return (i32.const -1))))
    (call $space_end (i32.add (local.get $at) (i32.const 1))))

  (func $digits_end (param $at i32) (result i32)
    (loop $step (result i32)
      (if (call $is_digit (i32.load8_u (local.get $at)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $step)))
      (local.get $at)))

  ;; Behind the number at $at, or -1.
  (func $number_end (param $at i32) (result i32)
    (local $from i32) (local $byte i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2d)) ;; minus
      (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (local.set $from (local.get $at))
    (local.set $at (call $digits_end (local.get $from)))
    (if (i32.eq (local.get $at) (local.get $from)) (then (return (i32.const -1))))
    ;; A zero in front of other digits.
    (if
      (i32.and
        (i32.eq (i32.load8_u (local.get $from)) (i32.const 0x30))
        (i32.gt_u (local.get $at) (i32.add (local.get $from) (i32.const 1))))
      (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2e)) ;; point
      (then
        (local.set $from (i32.add (local.get $at) (i32.const 1)))
        (local.set $at (call $digits_end (local.get $from)))
        (if (i32.eq (local.get $at) (local.get $from)) (then (return (i32.const -1))))))
    (if (i32.ne (i32.or (i32.load8_u (local.get $at)) (i32.const 0x20)) (i32.const 0x65)) ;; e or E
      (then (return (local.get $at))))
    (local.set $from (i32.add (local.get $at) (i32.const 1)))
    (local.set $byte (i32.load8_u (local.get $from)))
    (if (i32.or (i32.eq (local.get $byte) (i32.const 0x2b)) (i32.eq (local.get $byte) (i32.const 0x2d)))
      (then (local.set $from (i32.add (local.get $from) (i32.const 1)))))
    (local.set $at (call $digits_end (local.get $from)))
    (select (i32.const -1) (local.get $at) (i32.eq (local.get $at) (local.get $from))))

  ;; Behind the number, true, false or null at $at, or -1.
  (func $scalar_end (param $at i32) (param $first i32) (result i32)
    (if (i32.eq (local.get $first) (i32.const 0x74)) ;; true
      (then
        (return
          (select
            (i32.add (local.get $at) (i32.const 4))
            (i32.const -1)
            (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x65757274))))))
    (if (i32.eq (local.get $first) (i32.const 0x6e)) ;; null
      (then
        (return
          (select
            (i32.add (local.get $at) (i32.const 4))
            (i32.const -1)
            (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x6c6c756e))))))
    (if (i32.eq (local.get $first) (i32.const 0x66)) ;; false, of which the last four are compared
      (then
        (return
          (select
            (i32.add (local.get $at) (i32.const 5))
            (i32.const -1)
            (i32.eq (i32.load offset=1 align=1 (local.get $at)) (i32.const 0x65736c61))))))
    (call $number_end (local.get $at)))

  ;; Behind the value of any kind at $at that is nested $levels deep at most, which are 64 at most; or -1. Of the arrays and
  ;; objects it is in, the innermost is the last bit of $arrays: 1 for an array.
  (func $any_end (param $at i32) (param $levels i32) (result i32)
    (local $arrays i64) (local $depth i32) (local $byte i32) (local $close i32)
    (loop $value
      (local.set $byte (i32.load8_u (local.get $at)))
      (block $walked
        (if (i32.eq (local.get $byte) (i32.const 0x22))
          (then
            (local.set $at (call $string_end (local.get $at)))
            (br $walked)))
        (if
          (i32.and
            (i32.ne (local.get $byte) (i32.const 0x7b))
            (i32.ne (local.get $byte) (i32.const 0x5b)))
          (then
            (local.set $at (call $scalar_end (local.get $at) (local.get $byte)))
            (br $walked)))
        (if (i32.eq (local.get $depth) (local.get $levels)) (then (return (i32.const -1))))
        (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
        (local.set $arrays
          (i64.or
            (i64.shl (local.get $arrays) (i64.const 1))
            (i64.extend_i32_u (i32.eq (local.get $byte) (i32.const 0x5b)))))
        (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
        ;; What closes it is two above what opened it, in ASCII.
        (br_if $walked (i32.eq (i32.load8_u (local.get $at)) (i32.add (local.get $byte) (i32.const 2))))
        (if (i32.eq (local.get $byte) (i32.const 0x7b))
          (then
            (local.set $at (call $key_end (local.get $at)))
            (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))))
        (br $value))
      (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
      (loop $behind
        (if (i32.eqz (local.get $depth)) (then (return (local.get $at))))
        (local.set $at (call $space_end (local.get $at)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (local.set $close
          (select (i32.const 0x5d) (i32.const 0x7d) (i32.wrap_i64 (i64.and (local.get $arrays) (i64.const 1)))))
        (if (i32.eq (local.get $byte) (local.get $close))
          (then
            (local.set $arrays (i64.shr_u (local.get $arrays) (i64.const 1)))
            (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $behind)))
        (if (i32.ne (local.get $byte) (i32.const 0x2c)) (then (return (i32.const -1))))
        (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
        (br_if $value (i32.eq (local.get $close) (i32.const 0x5d)))
        (local.set $at (call $key_end (local.get $at)))
        (br_if $value (i32.ne (local.get $at) (i32.const -1)))))
    (i32.const -1))

  ;; What there is among the bytes from $at to $end: the sum of 1 for any above 0x7f, and of 2 for any backslash; 16 bytes in
  ;; each step.
  (func (export "bytes_in") (param $at i32) (param $end i32) (result i32)
    (local $bytes v128) (local $all v128) (local $backslashes v128) (local $left i32)
    (block $last
      (loop $step
        (local.set $left (i32.sub (local.get $end) (local.get $at)))
        (local.set $bytes (v128.load align=1 (local.get $at)))
        (br_if $last (i32.lt_s (local.get $left) (i32.const 16)))
        (local.set $all (v128.or (local.get $all) (local.get $bytes)))
        (local.set $backslashes
          (v128.or (local.get $backslashes) (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $step)))
    ;; Fewer than 16 are left.
    (local.set $left (i32.sub (i32.shl (i32.const 1) (local.get $left)) (i32.const 1)))
    (i32.add
      (i32.ne
        (i32.or
          (i8x16.bitmask (local.get $all))
          (i32.and (i8x16.bitmask (local.get $bytes)) (local.get $left)))
        (i32.const 0))
      (i32.shl
        (i32.ne
          (i32.or
            (i8x16.bitmask (local.get $backslashes))
            (i32.and
              (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c))))
              (local.get $left)))
          (i32.const 0))
        (i32.const 1))))

  ;; Below, texts are walked over as a table says, which walk-table.ts writes. It holds parts of 32 bytes:
  ;;   0 node of the value behind the bytes i32, 0 for none | 4 number of bytes i32 | 8 where they are i32
  ;; nodes of 32 bytes, each for one kind of value:
  ;;   0 kind i32, an index into the functions of $kinds | 4 note i32, -1 for none
  ;;   string: 8 least length i32
  ;;   number: 8 least f64 | 16 whether it must be above that i32
  ;;   array:  8 least length i32 | 16 node of its items i32
  ;;   object: 8 number of properties i32 | 16 where they are i32 | 20 a bit for each length of a name that they have i32 |
  ;;     24 bits of the required ones i64
  ;; and properties of 32 bytes: 0 node i32 | 4 bits that the name fills i32 | 8 number of its bytes i32 | 16 name, 16 bytes.
  ;;
  ;; What is found where a node has a note is kept in entries of 16 bytes:
  ;;   0 note i32 | 4 where the value begins i32 | 8 the number f64, or of other values where they end i32

  ;; Where the first entry and the next one go, and where there is no more room for one.
  (global $entries (mut i32) (i32.const 0))
  (global $entry (mut i32) (i32.const 0))
  (global $entries_end (mut i32) (i32.const 0))

  ;; The number that was walked over last by $number_by or $whole_by.
  (global $number (mut f64) (f64.const 0))

  (type $by (func (param $at i32) (param $node i32) (param $levels i32) (result i32)))
  (table $kinds funcref
    (elem $any_by $string_by $number_by $array_by $object_by $whole_by $string_or_null_by $pairs_by))
  (global $kind_string i32 (i32.const 1))
  (global $kind_number i32 (i32.const 2))
  (global $kind_whole i32 (i32.const 5))

  ;; Behind $count parts, each of bytes and a value, from $at on; or -1 where they are not there, or not surely, or where there
  ;; are more entries than there is room for.
  (func (export "parts_end") (param $at i32) (param $part i32) (param $count i32) (param $levels i32)
    (param $entries i32) (param $entries_end i32) (result i32)
    (global.set $entries (local.get $entries))
    (global.set $entry (local.get $entries))
    (global.set $entries_end (local.get $entries_end))
    (loop $next
      (local.set $at
        (call $bytes_end
          (local.get $at)
          (i32.load offset=8 (local.get $part))
          (i32.load offset=4 (local.get $part))))
      (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
      (if (i32.load (local.get $part))
        (then
          (local.set $at
            (call $value_by (local.get $at) (i32.load (local.get $part)) (local.get $levels)))
          (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))))
      (local.set $part (i32.add (local.get $part) (i32.const 32)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $next (local.get $count)))
    (local.get $at))

  ;; How many entries were made of these parts.
  (func (export "entries_made") (result i32)
    (i32.shr_u (i32.sub (global.get $entry) (global.get $entries)) (i32.const 4)))

  ;; Behind these bytes at $at, or -1 where others stand there; 16 in each step.
  (func $bytes_end (param $at i32) (param $bytes i32) (param $length i32) (result i32)
    (local $bits i32)
    (loop $step (result i32)
      (local.set $bits
        (select
          (i32.const 0xffff)
          (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1))
          (i32.gt_u (local.get $length) (i32.const 15))))
      (if (i32.eqz (call $is_same (local.get $at) (local.get $bytes) (local.get $bits)))
        (then (return (i32.const -1))))
      (if (i32.le_u (local.get $length) (i32.const 16))
        (then (return (i32.add (local.get $at) (local.get $length)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $bytes (i32.add (local.get $bytes) (i32.const 16)))
      (local.set $length (i32.sub (local.get $length) (i32.const 16)))
      (br $step)))

  ;; Whether the bytes at $one are those at $other, of 16 as many as $bits fill.
  (func $is_same (param $one i32) (param $other i32) (param $bits i32) (result i32)
    (i32.eqz
      (i32.and
        (i32.xor
          (i8x16.bitmask
            (i8x16.eq (v128.load align=1 (local.get $one)) (v128.load align=1 (local.get $other))))
          (i32.const -1))
        (local.get $bits))))

  ;; Behind the value at $at, or -1 where it is not as $node says, or not surely.
  (func $value_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (local $kind i32) (local $entry i32) (local $end i32)
    (local.set $kind (i32.load (local.get $node)))
    (if (i32.eq (i32.load offset=4 (local.get $node)) (i32.const -1))
      (then
        ;; Most are strings, and a call by way of the table takes longer.
        (if (i32.eq (local.get $kind) (global.get $kind_string))
          (then (return (call $string_by (local.get $at) (local.get $node) (local.get $levels)))))
        (return
          (call_indirect (type $by) (local.get $at) (local.get $node) (local.get $levels) (local.get $kind)))))
    (local.set $entry (global.get $entry))
    (if (i32.ge_u (local.get $entry) (global.get $entries_end)) (then (return (i32.const -1))))
    (global.set $entry (i32.add (local.get $entry) (i32.const 16)))
    (i32.store (local.get $entry) (i32.load offset=4 (local.get $node)))
    (i32.store offset=4 (local.get $entry) (local.get $at))
    (local.set $end
      (call_indirect (type $by) (local.get $at) (local.get $node) (local.get $levels) (local.get $kind)))
    (if
      (i32.or
        (i32.eq (local.get $kind) (global.get $kind_number))
        (i32.eq (local.get $kind) (global.get $kind_whole)))
      (then (f64.store offset=8 (local.get $entry) (global.get $number)))
      (else (i32.store offset=8 (local.get $entry) (local.get $end))))
    (local.get $end))

  (func $any_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (call $any_end (local.get $at) (local.get $levels)))

  (func $string_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (local $end i32)
    (local.set $end (call $plain_string_end (local.get $at)))
    (if
      (i32.lt_s
        (i32.sub (i32.sub (local.get $end) (local.get $at)) (i32.const 2))
        (i32.load offset=8 (local.get $node)))
      (then (return (i32.const -1))))
    (local.get $end))

  (func $string_or_null_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x6e)) ;; null
      (then (return (call $scalar_end (local.get $at) (i32.const 0x6e)))))
    (call $plain_string_end (local.get $at)))

  ;; An array of pairs of strings, without blanks.
  (func $pairs_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x5b)) (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (block $closed
      (br_if $closed (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5d)))
      (loop $pair
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x5b)) (then (return (i32.const -1))))
        (local.set $at (call $plain_string_end (i32.add (local.get $at) (i32.const 1))))
        (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2c)) (then (return (i32.const -1))))
        (local.set $at (call $plain_string_end (i32.add (local.get $at) (i32.const 1))))
        (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x5d)) (then (return (i32.const -1))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $closed (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5d)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2c)) (then (return (i32.const -1))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $pair)))
    (i32.add (local.get $at) (i32.const 1)))

  ;; A number from 0 on without a point, as JSON.stringify writes it, of 15 digits at most.
  (func $whole_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (local $from i32) (local $digit i32) (local $digits i64)
    (local.set $from (local.get $at))
    (loop $next
      (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)))
      (if (i32.lt_u (local.get $digit) (i32.const 10))
        (then
          (local.set $digits
            (i64.add (i64.mul (local.get $digits) (i64.const 10)) (i64.extend_i32_u (local.get $digit))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    ;; None are more than 15 here.
    (if (i32.ge_u (i32.sub (i32.sub (local.get $at) (local.get $from)) (i32.const 1)) (i32.const 15))
      (then (return (i32.const -1))))
    (if
      (i32.and
        (i32.eq (i32.load8_u (local.get $from)) (i32.const 0x30))
        (i32.gt_u (local.get $at) (i32.add (local.get $from) (i32.const 1))))
      (then (return (i32.const -1))))
    (global.set $number (f64.convert_i64_u (local.get $digits)))
    (local.get $at))

  ;; A number is exact where its digits are one that a double holds, divided by a power of ten that a double holds: the
  ;; quotient is then rounded once, as a parser does it. Anything else is left to a parser.
  (func $number_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (local $from i32) (local $digit i32) (local $count i32) (local $digits i64)
    (local $sign f64) (local $scale f64) (local $number f64)
    (local.set $sign (f64.const 1))
    (local.set $scale (f64.const 1))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2d)) ;; minus
      (then
        (local.set $sign (f64.const -1))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (local.set $from (local.get $at))
    (loop $whole
      (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)))
      (if (i32.lt_u (local.get $digit) (i32.const 10))
        (then
          (local.set $digits
            (i64.add (i64.mul (local.get $digits) (i64.const 10)) (i64.extend_i32_u (local.get $digit))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $whole))))
    (local.set $count (i32.sub (local.get $at) (local.get $from)))
    (if (i32.eqz (local.get $count)) (then (return (i32.const -1))))
    ;; A zero in front of other digits.
    (if
      (i32.and
        (i32.eq (i32.load8_u (local.get $from)) (i32.const 0x30))
        (i32.gt_u (local.get $count) (i32.const 1)))
      (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2e)) ;; point
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $from (local.get $at))
        (loop $part
          (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)))
          (if (i32.lt_u (local.get $digit) (i32.const 10))
            (then
              (local.set $digits
                (i64.add (i64.mul (local.get $digits) (i64.const 10)) (i64.extend_i32_u (local.get $digit))))
              (local.set $scale (f64.mul (local.get $scale) (f64.const 10)))
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br $part))))
        (if (i32.eq (local.get $at) (local.get $from)) (then (return (i32.const -1))))
        (local.set $count (i32.add (local.get $count) (i32.sub (local.get $at) (local.get $from))))))
    ;; An exponent.
    (if (i32.eq (i32.or (i32.load8_u (local.get $at)) (i32.const 0x20)) (i32.const 0x65))
      (then (return (i32.const -1))))
    ;; More digits were perhaps not counted up right.
    (if (i32.gt_u (local.get $count) (i32.const 18)) (then (return (i32.const -1))))
    (if (i64.gt_u (local.get $digits) (i64.const 9007199254740991)) (then (return (i32.const -1))))
    (local.set $number
      (f64.mul (local.get $sign) (f64.div (f64.convert_i64_u (local.get $digits)) (local.get $scale))))
    (if (f64.lt (local.get $number) (f64.load offset=8 (local.get $node))) (then (return (i32.const -1))))
    (if
      (i32.and
        (i32.load offset=16 (local.get $node))
        (f64.eq (local.get $number) (f64.load offset=8 (local.get $node))))
      (then (return (i32.const -1))))
    (global.set $number (local.get $number))
    (local.get $at))

  (func $array_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (local $count i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x5b)) (then (return (i32.const -1))))
    (if (i32.eqz (local.get $levels)) (then (return (i32.const -1))))
    (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
    (block $closed
      (br_if $closed (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5d)))
      (loop $item
        (local.set $at
          (call $value_by
            (local.get $at)
            (i32.load offset=16 (local.get $node))
            (i32.sub (local.get $levels) (i32.const 1))))
        (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (local.set $at (call $space_end (local.get $at)))
        (br_if $closed (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5d)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2c)) (then (return (i32.const -1))))
        (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
        (br $item)))
    (if (i32.lt_s (local.get $count) (i32.load offset=8 (local.get $node))) (then (return (i32.const -1))))
    (i32.add (local.get $at) (i32.const 1)))

  ;; Behind the name at $at with its quotes, where it is that of the property of $node at $index; or -1. Names most often come in
  ;; the order of the table.
  (func $name_end (param $at i32) (param $node i32) (param $index i32) (result i32)
    (local $property i32) (local $quote i32)
    (if (i32.ge_u (local.get $index) (i32.load offset=8 (local.get $node))) (then (return (i32.const -1))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)) (then (return (i32.const -1))))
    (local.set $property
      (i32.add (i32.load offset=16 (local.get $node)) (i32.shl (local.get $index) (i32.const 5))))
    (local.set $quote
      (i32.add (i32.add (local.get $at) (i32.const 1)) (i32.load offset=8 (local.get $property))))
    (if
      (i32.eqz
        (call $is_same
          (i32.add (local.get $at) (i32.const 1))
          (i32.add (local.get $property) (i32.const 16))
          (i32.load offset=4 (local.get $property))))
      (then (return (i32.const -1))))
    (select
      (i32.add (local.get $quote) (i32.const 1))
      (i32.const -1)
      (i32.eq (i32.load8_u (local.get $quote)) (i32.const 0x22))))

  ;; Which of the properties of $node has the name from $key to $end, -1 for none; looked for from $first on.
  (func $property (param $node i32) (param $key i32) (param $end i32) (param $first i32) (result i32)
    (local $count i32) (local $left i32) (local $bits i32) (local $found i32)
    (if (i32.gt_u (i32.sub (local.get $end) (local.get $key)) (i32.const 16)) (then (return (i32.const -1))))
    (local.set $bits (i32.shl (i32.const 1) (i32.sub (local.get $end) (local.get $key))))
    (if (i32.eqz (i32.and (local.get $bits) (i32.load offset=20 (local.get $node))))
      (then (return (i32.const -1))))
    (local.set $bits (i32.sub (local.get $bits) (i32.const 1)))
    (local.set $count (i32.load offset=8 (local.get $node)))
    (local.set $left (local.get $count))
    (loop $next
      (if (i32.eqz (local.get $left)) (then (return (i32.const -1))))
      (if (i32.ge_u (local.get $first) (local.get $count)) (then (local.set $first (i32.const 0))))
      (local.set $found
        (i32.add (i32.load offset=16 (local.get $node)) (i32.shl (local.get $first) (i32.const 5))))
      (if (i32.eq (i32.load offset=4 (local.get $found)) (local.get $bits))
        (then
          (if
            (call $is_same
              (local.get $key)
              (i32.add (local.get $found) (i32.const 16))
              (local.get $bits))
            (then (return (local.get $first))))))
      (local.set $first (i32.add (local.get $first) (i32.const 1)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next))
    (i32.const -1))

  ;; Of two equal names a parser keeps the last one: where that concerns a property of the table, it is left to one.
  (func $object_by (type $by) (param $at i32) (param $node i32) (param $levels i32) (result i32)
    (local $key i32) (local $end i32) (local $index i32) (local $next i32)
    (local $bit i64) (local $seen i64)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x7b)) (then (return (i32.const -1))))
    (if (i32.eqz (local.get $levels)) (then (return (i32.const -1))))
    (local.set $levels (i32.sub (local.get $levels) (i32.const 1)))
    (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
    (block $closed
      (br_if $closed (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x7d)))
      (loop $member
        (local.set $key (i32.add (local.get $at) (i32.const 1)))
        (local.set $index (local.get $next))
        (local.set $end (call $name_end (local.get $at) (local.get $node) (local.get $next)))
        (if (i32.eq (local.get $end) (i32.const -1))
          (then
            (local.set $end (call $plain_string_end (local.get $at)))
            (if (i32.eq (local.get $end) (i32.const -1)) (then (return (i32.const -1))))
            (local.set $index
              (call $property
                (local.get $node)
                (local.get $key)
                (i32.sub (local.get $end) (i32.const 1))
                (local.get $next)))))
        (local.set $at (call $space_end (local.get $end)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)) (then (return (i32.const -1))))
        (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
        (if (i32.eq (local.get $index) (i32.const -1))
          (then (local.set $at (call $any_end (local.get $at) (local.get $levels))))
          (else
            (local.set $next (i32.add (local.get $index) (i32.const 1)))
            (local.set $bit (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $index))))
            (if (i64.ne (i64.and (local.get $seen) (local.get $bit)) (i64.const 0)) (then (return (i32.const -1))))
            (local.set $seen (i64.or (local.get $seen) (local.get $bit)))
            (local.set $at
              (call $value_by
                (local.get $at)
                (i32.load (i32.add (i32.load offset=16 (local.get $node)) (i32.shl (local.get $index) (i32.const 5))))
                (local.get $levels)))))
        (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
        (local.set $at (call $space_end (local.get $at)))
        (br_if $closed (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x7d)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2c)) (then (return (i32.const -1))))
        (local.set $at (call $space_end (i32.add (local.get $at) (i32.const 1))))
        (br $member)))
    (if
      (i64.ne
        (i64.and (local.get $seen) (i64.load offset=24 (local.get $node)))
        (i64.load offset=24 (local.get $node)))
      (then (return (i32.const -1))))
    (i32.add (local.get $at) (i32.const 1))))
