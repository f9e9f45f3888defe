;; Walks over JSON text in memory. The text ends in a zero byte, which belongs to no JSON text, and 16 bytes behind it are
;; there to be read: nothing below looks at a byte without having gone over the one before it.
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
            (i8x16.lt_u (local.get $bytes) (i8x16.splat (i32.const 0x20)))
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))))))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $step)))
      (i32.add (local.get $at) (i32.ctz (local.get $stops)))))

  ;; Behind the closing quote of a string without escapes whose opening quote is at $at, or -1.
  (func $plain_string_end (export "plain_string_end") (param $at i32) (result i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)) (then (return (i32.const -1))))
    (local.set $at (call $run_end (i32.add (local.get $at) (i32.const 1))))
    (select
      (i32.add (local.get $at) (i32.const 1))
      (i32.const -1)
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x22))))

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
    (loop $step (result i32)
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.or (i32.eq (local.get $byte) (i32.const 0x20)) (i32.eq (local.get $byte) (i32.const 0x09)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $step)))
      (local.get $at)))

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

  ;; Behind the value of any kind at $at, or -1. Of the arrays and objects it is in, the innermost is the last bit of
  ;; $arrays: 1 for an array. More than 64 of them are left to a parser.
  (func $value_end (export "value_end") (param $at i32) (result i32)
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
        (if (i32.eq (local.get $depth) (i32.const 64)) (then (return (i32.const -1))))
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
    (i32.const -1)))
